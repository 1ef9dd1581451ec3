import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import shipped from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { temporary } from '../scaffold/temporary.ts'

/**
 * A real Chromium, with nothing but what `npm ci` brought: the browser, its libraries and a font are unpacked for this run.
 * CHROMIUM names another one, for machines that are not Linux on x64.
 */
export async function launchChromium(): Promise<Browser> {
  const named = process.env.CHROMIUM
  const { path, env } = named === undefined ? await unpacked() : { path: named, env: {} }
  return chromium.launch({
    executablePath: path,
    // CI runs as root, where the browser has no sandbox; the pages are our own.
    args: ['--headless=shell', '--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: { ...stringsOnly(process.env), ...env },
  })
}

async function unpacked(): Promise<{ path: string; env: Record<string, string> }> {
  const folder = temporary('chromium')
  // The package unpacks to the folder for temporary files, and its libraries only where it believes to be in AWS Lambda.
  const path = await withEnvironment({ TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }, () =>
    shipped.executablePath(),
  )
  const libraries = join(folder, 'al2023', 'lib')
  if (!existsSync(libraries)) throw new Error(`the browser was unpacked without its libraries to ${folder}`)
  return { path, env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fontsIn(folder) } }
}

/**
 * Fontconfig told of the fonts that were unpacked. The package's own file names /tmp/fonts, wherever it unpacks to, and a
 * Chromium that finds no font at all crashes on the first line of text.
 */
function fontsIn(folder: string): string {
  const fonts = join(folder, 'fonts', 'fonts')
  if (!existsSync(fonts)) throw new Error(`the browser was unpacked without its fonts to ${folder}`)
  const file = join(folder, 'fonts-of-this-run.conf')
  writeFileSync(
    file,
    [
      '<?xml version="1.0"?>',
      '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
      `<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`,
      '',
    ].join('\n'),
  )
  return file
}

async function withEnvironment<T>(values: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, values)
  try {
    return await run()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

const stringsOnly = (values: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
