import type { App } from './foreign-project.ts'

/** A module of ours that makes the app by `create_app()`, changed to get it as the web process of a project does. */
export function withServedApp(text: string, { hasFactory, served }: App): string {
  if (hasFactory || !/\bcreate_app\b/.test(text)) return text
  const name = /^\w+/.exec(served.expression)?.[0] ?? served.expression
  const lines = text.split('\n').flatMap((line) => {
    const [, from, names] = /^from (\S+) import (.*\bcreate_app\b.*)$/.exec(line) ?? []
    if (from === undefined || names === undefined) return [line.replaceAll('create_app()', served.expression)]
    const others = names.split(', ').filter((each) => each !== 'create_app')
    return [
      ...(others.length === 0 ? [] : [`from ${from} import ${others.join(', ')}`]),
      `from ${served.module} import ${name}`,
    ]
  })
  // An object is imported, and then needs no line that makes it.
  return lines.join('\n').replace(new RegExp(`\n\n${name} = ${name}\n`), '\n')
}
