import { describe, expect, it } from 'vitest'
import { compareVersions, parseSpecifier, parseVersion, satisfies } from '../../engine/facts/pep440.ts'
import { dynoEnvironment, markerHolds } from '../../engine/facts/pep508.ts'
import { poetrySpecifiers } from '../../engine/facts/poetry-constraint.ts'

function version(text: string) {
  const parsed = parseVersion(text)
  if (parsed === undefined) throw new Error(`no version: ${text}`)
  return parsed
}

describe('versions', () => {
  it('sort as PEP 440 says', () => {
    const sorted = [
      '1.0.dev1',
      '1.0a1.dev2',
      '1.0a1',
      '1.0b1',
      '1.0rc1',
      '1.0',
      '1.0+abc',
      '1.0+1',
      '1.0.post1.dev1',
      '1.0.post1',
      '1.0.1',
      '1.9',
      '1.10',
      '2026.1',
      '1!0.5',
    ]
    for (const [i, text] of sorted.entries()) {
      for (const [j, other] of sorted.entries())
        expect(Math.sign(compareVersions(version(text), version(other)))).toBe(Math.sign(i - j))
    }
  })

  it.each([
    ['1.0', '1.0.0'],
    ['v1.0', '1.0'],
    ['1.0alpha1', '1.0a1'],
    ['1.0-r4', '1.0.post4'],
    ['1.0-4', '1.0.post4'],
    ['1.0.preview2', '1.0rc2'],
    ['1.0C1', '1.0rc1'],
  ])('%s is %s', (a, b) => {
    expect(compareVersions(version(a), version(b))).toBe(0)
  })

  it.each(['', 'latest', '1.0.x', '1..0', '1.0+', '*'])('%j is none', (text) => {
    expect(parseVersion(text)).toBeUndefined()
  })
})

describe('specifiers', () => {
  it.each([
    ['==1.0', '1.0.0', true],
    ['==1.0', '1.0+local', true],
    ['==1.0+local', '1.0', false],
    ['==1.*', '1.9', true],
    ['!=1.0.*', '1.0.5', false],
    ['~=1.4', '1.9', true],
    ['~=1.4', '2.0', false],
    ['~=1.4.2', '1.4.9', true],
    ['~=1.4.2', '1.5', false],
    ['<2.0', '2.0rc1', false],
    ['<2.0b2', '2.0b1', true],
    ['>1.0', '1.0.post1', false],
    ['>1.0', '1.0+local', false],
    ['>=1.0,<2,!=1.5', '1.5', false],
    ['===1.0', '1.0.0', false],
    ['', '0.1', true],
  ])('%s holds for %s: %s', (specifier, text, answer) => {
    expect(satisfies(version(text), parseSpecifier(specifier) ?? [])).toBe(answer)
  })

  it.each(['=1.0', '=>1.0', '1.0', '~=1', '==latest', '>=1.*', '<>1.0'])('%s is none', (text) => {
    expect(parseSpecifier(text)).toBeUndefined()
  })
})

describe('environment markers on a dyno', () => {
  it.each([
    ['python_version >= "3.10" and python_version < "3.15"', true],
    ['"3.9" <= python_version', true],
    ['python_version < "3.8"', false],
    ["sys_platform == 'win32' or os_name == 'posix'", true],
    ['(sys_platform == "win32" or sys_platform == "darwin") and os_name == "posix"', false],
    ['platform_machine in "x86_64 aarch64"', true],
    ['"win" not in sys_platform', true],
    ['implementation_name != "cpython"', false],
    ['python_full_version == "3.14.*"', true],
    ['sys_platform == "win32" and platform_release == "10"', false],
    ['platform_release == "10"', undefined],
    ['os_name == "posix" or platform_version == "x"', true],
    ['extra == "dev"', false],
    ['nonsense', undefined],
    ['(((', undefined],
    ['', true],
  ])('%s: %s', (marker, answer) => {
    expect(markerHolds(marker, dynoEnvironment('3.14.7'))).toBe(answer)
  })

  it('holds for an extra that is asked for', () => {
    expect(markerHolds('extra == "Dot_Env"', dynoEnvironment('3.14.7'), ['dot-env'])).toBe(true)
  })
})

describe("Poetry's constraints", () => {
  it.each([
    ['^1.2.3', ['>=1.2.3,<2']],
    ['^0.2.3', ['>=0.2.3,<0.3']],
    ['^0.0.3', ['>=0.0.3,<0.0.4']],
    ['^0', ['>=0,<1']],
    ['~1.2.3', ['>=1.2.3,<1.3']],
    ['~1', ['>=1,<2']],
    ['*', ['']],
    ['1.2.*', ['==1.2.*']],
    ['1.2.3', ['==1.2.3']],
    ['>=1.2 <2', ['>=1.2,<2']],
    ['>= 1.2, < 2', ['>=1.2,<2']],
    ['~=1.2', ['~=1.2']],
    ['^2.7 || ^3.8', ['>=2.7,<3', '>=3.8,<4']],
    ['latest', undefined],
  ])('%s', (constraint, specifiers) => {
    expect(poetrySpecifiers(constraint)).toEqual(specifiers)
  })
})
