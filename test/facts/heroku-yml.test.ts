import { describe, expect, test } from 'vitest'
import { type Dockerfile, readDockerfile } from '../../engine/facts/dockerfile.ts'
import { readHerokuYml } from '../../engine/facts/heroku-yml.ts'
import { memoryTree } from '../../engine/tree.ts'

describe('heroku.yml', () => {
  const read = (text: string) => {
    const yml = readHerokuYml(memoryTree({ 'heroku.yml': text }))
    if (yml === undefined) throw new Error('heroku.yml was not read')
    return yml
  }

  test('says what is built, run and released', () => {
    const text = `setup:
  addons:
    - plan: heroku-postgresql
      as: DATABASE
  config:
    APP_NAME: shop
build:
  docker:
    web: Dockerfile
    worker: worker/Dockerfile
  config:
    RAILS: no
release:
  image: worker
  command:
    - ./release.sh
run:
  web: gunicorn -b 0.0.0.0:$PORT app:app
  worker:
    command: [python, worker.py]
    image: web
  clock: "python clock.py"
`
    const yml = read(text)
    expect(yml.problem).toBeNull()
    expect([...yml.docker].map(([type, { path }]) => [type, path])).toEqual([
      ['web', 'Dockerfile'],
      ['worker', 'worker/Dockerfile'],
    ])
    expect([...yml.run.values()].map(({ type, command, image }) => [type, command, image])).toEqual([
      ['web', 'gunicorn -b 0.0.0.0:$PORT app:app', 'web'],
      ['worker', 'python worker.py', 'web'],
      ['clock', 'python clock.py', 'clock'],
    ])
    expect(yml.release).toMatchObject({ command: './release.sh', image: 'worker' })
    expect(yml.addons).toEqual(['heroku-postgresql'])
    expect(Object.fromEntries(yml.setupConfig)).toEqual({ APP_NAME: 'shop' })
    expect([...yml.sections.keys()]).toEqual(['setup', 'build', 'release', 'run'])
    // where the text stands verbatim, its place is exact: commands are taken apart from there
    for (const { command, at } of [yml.run.get('web'), yml.run.get('clock'), yml.release].flatMap(
      (each) => each ?? [],
    )) {
      expect(text.slice(at.start, at.end)).toBe(command)
    }
  })

  test('a block of text and a list of commands are one command each', () => {
    const yml = read(
      'run:\n  web: >\n    gunicorn\n    app:app\n  worker:\n    command:\n      - python a.py\n      - python b.py\n',
    )
    expect(yml.run.get('web')?.command).toBe('gunicorn app:app')
    expect(yml.run.get('worker')?.command).toBe('python a.py && python b.py')
  })

  test.each([['run:\n web: a\n  b: c\n'], ['run: [\n'], ['\t- x'], ['just text'], ['- a\n- b\n']])(
    '%j has a problem and breaks nothing',
    (text) => {
      expect(read(text).problem?.message).toBeTruthy()
    },
  )

  test.each([
    [''],
    ['# nothing\n'],
    ['run:\n'],
    ['run: web\n'],
    ['build:\n  docker:\n    web:\n'],
    ['run:\n  web: 12\n'],
  ])('%j is read without a process that nobody wrote', (text) => {
    const yml = read(text)
    expect([...yml.run.keys()]).toEqual(text.includes('12') ? ['web'] : [])
    expect(yml.docker.size).toBe(0)
  })

  test('absent, it is nothing', () => {
    expect(readHerokuYml(memoryTree({ 'Heroku.yml': 'run:\n' }))).toBeUndefined()
  })
})

describe('Dockerfile', () => {
  const read = (text: string, files: Readonly<Record<string, string>> = {}): Dockerfile => {
    const dockerfile = readDockerfile(memoryTree({ Dockerfile: text, 'app.py': '', 'src/shop/app.py': '', ...files }))
    if (dockerfile === undefined) throw new Error('the Dockerfile was not read')
    return dockerfile
  }

  test.each([
    ['CMD gunicorn -b 0.0.0.0:$PORT app:app', 'shell', 'gunicorn -b 0.0.0.0:$PORT app:app', []],
    ['CMD ["gunicorn", "app:app"]', 'exec', '["gunicorn", "app:app"]', ['gunicorn', 'app:app']],
    ['cmd [ "a\\"b" ]', 'exec', '[ "a\\"b" ]', ['a"b']],
    ['CMD one\nCMD two', 'shell', 'two', []],
    ['CMD a \\\n  # why\n  b', 'shell', 'a \\\n  # why\n  b', []],
    ['RUN <<EOF\nCMD no\nEOF\nCMD yes', 'shell', 'yes', []],
    ['# CMD no\nCMD yes', 'shell', 'yes', []],
  ])('%j', (text, form, source, words) => {
    const whole = `FROM python\n${text}\n`
    const { cmd } = read(whole)
    expect(cmd).toMatchObject({ form, text: source, malformed: false })
    expect(cmd?.words.map((word) => word.text)).toEqual(words)
    expect(whole.slice(cmd?.at.start, cmd?.at.end)).toBe(source)
  })

  test('single quotes make no exec form, and the words that were meant are known', () => {
    const { cmd } = read("FROM python\nCMD ['gunicorn', 'app:app']\n")
    expect(cmd).toMatchObject({ malformed: true, words: [{ text: 'gunicorn' }, { text: 'app:app' }] })
  })

  test('only the last stage runs, with what it takes over from the one that it is made of', () => {
    const { cmd, base, environment } = read(
      'ARG TAG=3.14\nFROM python:$TAG AS base\nENV A=1 B="2 3"\nCMD base\nFROM node AS assets\nCMD node\nFROM base\nENV C $A\n',
    )
    expect(cmd?.text).toBe('base')
    expect(base).toBe('python:3.14')
    expect(Object.fromEntries(environment)).toEqual({ A: '1', B: '2 3', C: '1' })
  })

  test.each<[string, string | null, string | null, string | null]>([
    // instructions, working directory, folder of the project in it, where the project's root lies
    ['WORKDIR /app\nCOPY . .', '/app', '', '/app'],
    ['COPY . /srv/\nWORKDIR /srv/src', '/srv/src', 'src', '/srv'],
    ['WORKDIR /app\nCOPY src .', '/app', 'src', null],
    ['WORKDIR /app\nCOPY src src', '/app', '', '/app'],
    ['WORKDIR /app\nCOPY app.py ./', '/app', '', null],
    ['ENV HOME=/home/me\nWORKDIR $HOME\nADD . $HOME', '/home/me', '', '/home/me'],
    ['WORKDIR /app\nWORKDIR src\nCOPY --chown=a:b . /app', '/app/src', 'src', '/app'],
    ['WORKDIR $UNKNOWN\nCOPY . .', null, null, null],
    ['COPY --from=builder /x /app\nWORKDIR /app', '/app', null, null],
    ['WORKDIR /app\nCOPY ["src", "."]', '/app', 'src', null],
  ])('%j', (text, workdir, folder, root) => {
    expect(read(`FROM python\n${text}\n`)).toMatchObject({ workdir, folder, root })
  })

  test.each([
    '',
    'CMD x\n',
    'FROM',
    'FROM x\nCMD [',
    'FROM x\nCMD "',
    'FROM x\nCOPY\nENV\nWORKDIR\n',
    '\\\n\\\n',
    'FROM x\nRUN <<A\n',
  ])('%j breaks nothing', (text) => {
    expect(() => readDockerfile(memoryTree({ Dockerfile: text }))).not.toThrow()
  })
})
