import { connect, createServer } from 'node:net'

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

/** Resolves when somebody accepts connections on the port; rejects when `gone` says that nobody will, or after a minute. */
export async function listening(port: number, gone: () => string | undefined): Promise<void> {
  // Heroku's own patience: https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout
  const end = Date.now() + 60_000
  while (Date.now() < end) {
    const reason = gone()
    if (reason !== undefined) throw new Error(reason)
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port} after a minute`)
}
