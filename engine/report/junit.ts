import type { Finding } from '../finding.ts'
import { harmless, oneLine, type Report } from './report.ts'

/**
 * A JUnit report, for CI systems that show tests: a suite for each file, a test case for each finding. A finding below an
 * error is a passed case with its text in `system-out`, since JUnit knows no warnings. A clean project is one passed case:
 * many readers refuse a report without any.
 */
export function junit(report: Report): string {
  const files = new Map<string, Finding[]>()
  for (const finding of report.findings) files.set(finding.path, [...(files.get(finding.path) ?? []), finding])
  const suites = [...files].map(([path, findings]) => suite(report.prefix, path, findings))
  if (suites.length === 0) suites.push(suite('', 'flask-dyno', []))
  const failures = report.findings.filter(({ level }) => level === 'error').length
  const tests = Math.max(1, report.findings.length)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="flask-dyno" tests="${tests}" failures="${failures}" errors="0" time="${seconds(report)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

const seconds = ({ summary }: Report): string => (summary.milliseconds / 1000).toFixed(3)

function suite(prefix: string, name: string, findings: readonly Finding[]): string {
  const failures = findings.filter(({ level }) => level === 'error').length
  const cases =
    findings.length === 0
      ? ['    <testcase classname="flask-dyno" name="nothing found" />']
      : findings.map((finding) => testCase(prefix, finding))
  const head = `  <testsuite name="${attribute(prefix + name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`
  return [head, ...cases, '  </testsuite>'].join('\n')
}

function testCase(prefix: string, finding: Finding): string {
  const { rule, line, column, level, message, consequence, url } = finding
  const path = prefix + finding.path
  const place = `${path}:${line}:${column}`
  const body = text(`${place}\n${oneLine(message)}\nOn Heroku: ${oneLine(consequence)}\n${url}`)
  const head = `    <testcase classname="${attribute(`flask-dyno.${rule}`)}" name="${attribute(`${rule} ${place}`)}">`
  const result =
    level === 'error'
      ? `      <failure type="${level}" message="${attribute(oneLine(message))}">${body}</failure>`
      : `      <system-out>${level}: ${body}</system-out>`
  return [head, result, '    </testcase>'].join('\n')
}

/** What XML 1.0 cannot hold even escaped: https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const text = (value: string): string =>
  value.replace(FORBIDDEN, '\u00b7').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const attribute = (value: string): string => text(harmless(oneLine(value))).replaceAll('"', '&quot;')
