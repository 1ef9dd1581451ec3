/** What strangers wrote must not make a rule run long, whatever it is. */
import { expect, test } from 'vitest'
import { readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'

const LONG = 200_000
const build = rules.filter(({ stage }) => stage === 'build')
const project = (files: Readonly<Record<string, string>>) =>
  memoryTree({
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    Procfile: 'web: gunicorn app:app\n',
    'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
    '.python-version': '3.14\n',
    ...files,
  })

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['a pasted command without an end', { 'requirements.txt': `pip install ${'a'.repeat(LONG)}$\n` }],
  ['a pasted command of many words', { 'requirements.txt': `pip install ${'a1 '.repeat(LONG / 3)}$\n` }],
  ['blank lines', { 'requirements.txt': `${'\n'.repeat(LONG)}torch==2.9.1+cpu\n` }],
  ['equals signs', { 'requirements.txt': `${'a='.repeat(LONG / 2)}\n` }],
  [
    'an import that never comes',
    {
      'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\nopencv-python==4.11.0.86\n',
      'app.py': `import${' '.repeat(LONG)}\n${'import a, b\n'.repeat(5000)}# cv2\nfrom flask import Flask\napp = Flask(__name__)\n`,
    },
  ],
  ['stars in .slugignore', { '.slugignore': `${'*a'.repeat(2000)}\n`, [`${'a'.repeat(2000)}.txt`]: '' }],
  ['a lock of brackets', { 'Pipfile.lock': '['.repeat(LONG), Pipfile: '[packages]\n', 'requirements.txt': '' }],
])('%s', (_, files) => {
  const start = performance.now()
  expect(lintProject(readProject(project(files)), build).faults).toEqual([])
  expect(performance.now() - start).toBeLessThan(4000)
})
