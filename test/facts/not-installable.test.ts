import { describe, expect, test } from 'vitest'
import { readDependencies } from '../../engine/facts/dependencies.ts'
import { notInstallable } from '../../engine/facts/not-installable.ts'
import { heavyDistributions } from '../../engine/facts/slug-sizes.ts'
import { memoryTree } from '../../engine/tree.ts'

const kinds = (requirements: string, python = '3.14.7'): string[] => {
  const tree = memoryTree({ 'requirements.txt': `${requirements}\n`, 'wheels/kit-1.0-py3-none-any.whl': 'PK' })
  return notInstallable(tree, readDependencies(tree, python)).map(({ kind }) => kind)
}

describe('what no dyno can install', () => {
  test.each([
    ['pywin32==311', 'windows'],
    ['pywin32', 'windows'],
    ['PyObjC-Core==11.1', 'macos'],
    ['pkg_resources==0.0.0', 'system'],
    ['PIL', 'gone'],
    ['PIL>=1.1', 'gone'],
    ['wsgiref==0.1.2', 'legacy'],
    ['ruamel.ordereddict==0.4.9', 'legacy'],
    ['distribute==0.6.31', 'legacy'],
    ['futures==3.3.0', 'legacy'],
    ['pycrypto==2.6.1', 'legacy'],
    ['BeautifulSoup==3.2.1', 'legacy'],
    ['tensorflow==2.3.0', 'no-wheel'],
    ['torch==2.6.0', 'no-wheel'],
    ['torch==2.9.1+cpu', 'local-version'],
    ['python-debian==0.1.36+ubuntu1.1', 'local-version'],
    ['PyYAML==5.4.1', 'legacy'],
    ['sklearn', 'placeholder'],
    ['sklearn==0.0.post12', 'placeholder'],
    ['celery==4.4.7', 'metadata'],
    ['kit @ file:///home/ann/kit', 'path'],
    ['C:\\wheels\\kit-1.0-py3-none-any.whl', 'path'],
    ['./lib/kit-1.0.tar.gz', 'path'],
    ['git+git://github.com/example/kit@v1#egg=kit', 'protocol'],
    ['https://example.com/kit-1.0-cp314-cp314-macosx_11_0_arm64.whl', 'wheel'],
    ['https://example.com/kit-1.0-cp39-cp39-manylinux1_x86_64.whl', 'wheel'],
  ])('%s: %s', (requirement, kind) => {
    expect(kinds(requirement)).toEqual([kind])
  })
})

describe('what only looks like it', () => {
  test.each([
    ['pywin32==311; sys_platform == "win32"'],
    ['pywin32-ctypes==0.2.3'],
    ['Pillow==12.0.0'],
    ['torch==2.9.0'],
    ['torch>=1.0'],
    ['tensorflow'],
    ['--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.9.1+cpu'],
    ['-f https://example.com/wheels.html\ntorch==2.9.1+cpu'],
    ['PyYAML==5.3.1'],
    ['PyYAML'],
    ['beautifulsoup4==4.14.2'],
    ['sklearn==0.0'],
    ['futures==2.2.0'],
    ['futures'],
    ['distribute==0.7.3'],
    ['distribute'],
    ['celery==5.2.1'],
    ['celery>=4'],
    ['sklearn>=0.0'],
    ['kit @ https://example.com/kit-1.0.tar.gz'],
    ['./wheels/kit-1.0-py3-none-any.whl'],
    ['git+https://github.com/example/kit@v1#egg=kit'],
    ['git+git://git.example.com/kit@v1#egg=kit'],
    ['https://example.com/kit-1.0-cp39-abi3-manylinux1_x86_64.whl'],
    ['https://example.com/kit-1.0-cp313.cp314-cp314-musllinux_1_1_x86_64.manylinux1_x86_64.whl'],
  ])('%s', (requirement) => {
    expect(kinds(requirement)).toEqual([])
  })

  test('an older Python has older wheels', () => {
    expect(kinds('tensorflow==2.8.0', '3.10.21')).toEqual([])
    expect(kinds('tensorflow==2.8.0', '3.11.16')).toEqual(['no-wheel'])
    expect(kinds('tensorflow==2.8.0', '3.8.20')).toEqual([])
  })

  test('pycrypto builds on the Pythons before 3.11', () => {
    expect(kinds('pycrypto==2.6.1', '3.10.21')).toEqual([])
  })
})

describe('what weighs', () => {
  const heavy = (requirements: string) => {
    const tree = memoryTree({ 'requirements.txt': `${requirements}\n` })
    return heavyDistributions(tree, readDependencies(tree, '3.14.7')).map(({ name, asked }) => `${asked.name}: ${name}`)
  }

  test.each([
    ['torch', ['torch: torch']],
    ['torch>=2', ['torch: torch']],
    ['ultralytics==8.3.0', ['ultralytics: torch']],
    ['torch==2.6.0\neasyocr', ['torch: torch']],
    ['torch==2.6.0+cpu\nsentence-transformers', []],
    ['torch==1.4.0', []],
    ['torch<2', []],
    ['torch @ https://example.com/torch-2.6.0-cp314-cp314-linux_x86_64.whl', []],
    ['--extra-index-url https://download.pytorch.org/whl/cpu\ntorch', []],
    ['scipy\ntensorflow==2.21.0', ['tensorflow: tensorflow', 'scipy: scipy']],
  ])('%j', (requirements, expected) => {
    expect(heavy(requirements)).toEqual(expected)
  })
})
