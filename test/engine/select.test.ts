import { describe, expect, test } from 'vitest'
import { matchesGlob } from '../../engine/glob.ts'
import { defineRule } from '../../engine/rule.ts'
import { EVERYTHING, isAtLeast, isSelected, isShown, nearest, unknownNames } from '../../engine/select.ts'
import { expectNoMoreThanLinear } from './growth.ts'

const rule = defineRule({
  id: 'port-not-bound',
  stage: 'processes',
  level: 'error',
  summary: '',
  why: '',
  consequence: '',
  instead: '',
  sources: [],
  since: '0.1.0',
  needs: [],
  check: () => [],
})

describe('selection', () => {
  test.each([
    [{}, true],
    [{ select: ['port-not-bound'] }, true],
    [{ select: ['processes'] }, true],
    [{ select: ['build'] }, false],
    [{ ignore: ['processes'] }, false],
    [{ select: ['processes'], ignore: ['port-not-bound'] }, false],
    [{ levels: { 'port-not-bound': 'off' as const } }, false],
    [{ levels: { 'port-not-bound': 'off' as const }, select: ['port-not-bound'] }, true],
  ])('%j runs the rule: %s', (selection, runs) => {
    expect(isSelected(rule, { ...EVERYTHING, ...selection })).toBe(runs)
  })

  test('recommended hides what is merely worth knowing, unless the rule was asked for by name', () => {
    const recommended = { ...EVERYTHING, preset: 'recommended' as const }
    expect(isShown(rule, 'info', recommended)).toBe(false)
    expect(isShown(rule, 'warning', recommended)).toBe(true)
    expect(isShown(rule, 'info', EVERYTHING)).toBe(true)
    expect(isShown(rule, 'info', { ...recommended, select: ['port-not-bound'] })).toBe(true)
  })

  test('levels have an order', () => {
    expect(isAtLeast('error', 'warning')).toBe(true)
    expect(isAtLeast('warning', 'warning')).toBe(true)
    expect(isAtLeast('info', 'warning')).toBe(false)
  })
})

test.each([
  ['lnit', ['lint', 'plan', 'explain', 'rules'], 'lint'],
  ['--fromat', ['--format', '--fix'], '--format'],
  ['stric', ['recommended', 'strict'], 'strict'],
  ['port-not-bond', ['port-not-bound', 'web-process-missing'], 'port-not-bound'],
  ['procfile', ['procfile-missing', 'dev-server'], 'procfile-missing'],
  ['xyzzy', ['lint', 'plan'], undefined],
])('a person who types %s meant %j: %s', (word, known, meant) => {
  expect(nearest(word, known)).toBe(meant)
})

test('a very long word is near nothing', () => {
  expect(nearest('x'.repeat(100_000), ['lint'])).toBeUndefined()
})

test('names that are neither a rule nor a stage are found', () => {
  expect(unknownNames(['processes', 'port-not-bound', 'port-not-bond'], [rule])).toEqual([
    { name: 'port-not-bond', nearest: 'port-not-bound' },
  ])
})

describe('paths of the config', () => {
  test.each([
    ['app.py', 'app.py', true],
    ['app.py', './app.py', true],
    ['sub/app.py', 'app.py', false],
    ['sub/app.py', '*.py', false],
    ['sub/app.py', '*/app.py', true],
    ['sub/app.py', '**/*.py', true],
    ['app.py', '**/*.py', true],
    ['a/b/c/app.py', 'a/**/app.py', true],
    ['a/app.py', 'a/**/app.py', true],
    ['legacy/old/x.py', 'legacy', true],
    ['legacy/old/x.py', 'legacy/', true],
    ['legacy/old/x.py', 'legacy/**', true],
    ['legacy2/x.py', 'legacy', false],
    ['settings_dev.py', 'settings_*.py', true],
    ['settings.py', 'setting?.py', true],
    ['a+b.py', 'a+b.py', true],
    ['aab.py', 'a+b.py', false],
    ['abab', 'a*b', true],
    ['aba', 'a*b', false],
  ])('%s is covered by %s: %s', (path, pattern, covered) => {
    expect(matchesGlob(path, pattern)).toBe(covered)
  })

  test('a pattern made to run long does not', () => {
    expectNoMoreThanLinear((amount) => {
      expect(matchesGlob(`${'a'.repeat(amount)}!`, `${'*a'.repeat(200)}b`)).toBe(false)
      expect(matchesGlob('a/'.repeat(amount / 10), '**/a/'.repeat(50))).toBe(true)
    }, 8000)
  })
})
