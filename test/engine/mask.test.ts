import { describe, expect, test } from 'vitest'
import type { Finding } from '../../engine/finding.ts'
import { masked } from '../../engine/report/mask.ts'

const finding = (line: number, column: number, endLine: number, endColumn: number, secret = true): Finding => ({
  rule: 'credential-committed',
  level: 'error',
  message: '',
  consequence: '',
  path: 'app.py',
  line,
  column,
  endLine,
  endColumn,
  related: [],
  fix: null,
  url: '',
  ...(secret ? { secret: true as const } : {}),
})

const shown = (source: string, ...findings: Finding[]): string =>
  masked(() => source.split('\n'), findings)('app.py').join('\n')

describe('a secret in a report', () => {
  test('keeps its first signs and its columns', () => {
    const source = 'TOKEN = "k3Vq9ZxT7pLw2N"'
    expect(shown(source, finding(1, 9, 1, 25))).toBe('TOKEN = "k3************"')
    expect(shown(source, finding(1, 9, 1, 25))).toHaveLength(source.length)
  })

  test('is starred out wherever else it stands', () => {
    const source = 'TOKEN = "k3Vq9ZxT7pLw2N"\nget("?token=k3Vq9ZxT7pLw2N")'
    expect(shown(source, finding(1, 9, 1, 25))).not.toContain('k3Vq9')
  })

  test('shows nothing of a short one', () => {
    expect(shown('KEY = "topsecret"', finding(1, 7, 1, 18))).toBe('KEY = "*********"')
  })

  test('is starred out over several lines', () => {
    expect(shown('KEY = """abcdefgh\nijklmnop\nqrstuvwx"""', finding(1, 7, 3, 12))).not.toMatch(/efgh|klmn|tuvw/)
  })

  test('leaves a line alone that no secret is found on', () => {
    expect(shown('TOKEN = "k3Vq9ZxT7pLw2N"', finding(1, 9, 1, 25, false))).toContain('k3Vq9ZxT7pLw2N')
  })
})
