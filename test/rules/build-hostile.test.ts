/** What strangers wrote must not make a rule run long, whatever it is. */
import { expect, test } from 'vitest'
import { readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'
import { expectNoMoreThanLinear } from '../engine/growth.ts'

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

test.each<readonly [string, (amount: number) => Readonly<Record<string, string>>]>([
  ['a pasted command without an end', (amount) => ({ 'requirements.txt': `pip install ${'a'.repeat(amount)}$\n` })],
  [
    'a pasted command of many words',
    (amount) => ({ 'requirements.txt': `pip install ${'a1 '.repeat(amount / 3)}$\n` }),
  ],
  ['blank lines', (amount) => ({ 'requirements.txt': `${'\n'.repeat(amount)}torch==2.9.1+cpu\n` })],
  ['equals signs', (amount) => ({ 'requirements.txt': `${'a='.repeat(amount / 2)}\n` })],
  [
    'an import that never comes',
    (amount) => ({
      'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\nopencv-python==4.11.0.86\n',
      'app.py': `import${' '.repeat(amount)}\n${'import a, b\n'.repeat(amount / 40)}# cv2\nfrom flask import Flask\napp = Flask(__name__)\n`,
    }),
  ],
  [
    'stars in .slugignore',
    (amount) => ({ '.slugignore': `${'*a'.repeat(2000)}\n`, [`${'a'.repeat(amount / 100)}.txt`]: '' }),
  ],
  [
    'a lock of brackets',
    (amount) => ({ 'Pipfile.lock': '['.repeat(amount), Pipfile: '[packages]\n', 'requirements.txt': '' }),
  ],
])('%s', (_, files) => {
  expectNoMoreThanLinear((amount) => {
    expect(lintProject(readProject(project(files(amount))), build).faults).toEqual([])
  }, LONG)
})
