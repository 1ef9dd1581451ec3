import { expect, test } from 'vitest'
import { installs, readDependencies } from '../../engine/facts/dependencies.ts'
import { imageRequirements } from '../../engine/facts/image-requirements.ts'
import { memoryTree } from '../../engine/tree.ts'

const FROM = 'FROM python:3.14-slim\n'

test.each<[run: string, files: readonly string[]]>([
  ['RUN pip install -r src/requirements.txt', ['src/requirements.txt']],
  ['RUN pip3 install --no-cache-dir --requirement=src/requirements.txt', ['src/requirements.txt']],
  ['RUN python -m pip install -U pip && \\\n    pip install -rsrc/requirements.txt', ['src/requirements.txt']],
  ['COPY src/requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt', ['src/requirements.txt']],
  ['WORKDIR /code\nCOPY src .\nRUN pip install -r requirements.txt gunicorn', ['src/requirements.txt']],
  ['RUN pip install -r /opt/other.txt', []],
  ['RUN apt-get install -r src/requirements.txt', []],
  ['# RUN pip install -r src/requirements.txt', []],
])('%s', (run, files) => {
  const tree = memoryTree({ Dockerfile: `${FROM}${run}\n`, 'src/requirements.txt': 'Flask==3.1.3\n' })
  expect(imageRequirements(tree)).toEqual(files)
})

test('of two files of the name nobody knows which one is meant', () => {
  const tree = memoryTree({
    Dockerfile: `${FROM}COPY api /app\nRUN pip install -r /app/requirements.txt\n`,
    'api/requirements.txt': 'Flask\n',
    'web/requirements.txt': 'Django\n',
  })
  expect(imageRequirements(tree)).toEqual([])
})

test('what the image is seen to install is known, what it is not seen to install is not', () => {
  const tree = memoryTree({
    Dockerfile: `${FROM}RUN pip install -r src/requirements.txt\n`,
    'src/requirements.txt': 'Flask==3.1.3\ngevent\n',
  })
  const dependencies = readDependencies(tree)
  expect(dependencies.manager).toBeNull()
  expect(installs(dependencies, 'gevent')).toBe('yes')
  expect(installs(dependencies, 'gunicorn')).toBe('unknown')
})

test('a package manager at the root goes before an image', () => {
  const tree = memoryTree({
    Dockerfile: `${FROM}RUN pip install -r src/requirements.txt\n`,
    'src/requirements.txt': 'gevent\n',
    'requirements.txt': 'Flask==3.1.3\n',
  })
  expect(readDependencies(tree).production.has('gevent')).toBe(false)
})
