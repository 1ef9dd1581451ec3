import { defineRule } from '../../engine/rule.ts'

/** engine/suppress.ts finds these once all other rules have run; the text of the rule is here. */
export const suppressionUnused = defineRule({
  id: 'suppression-unused',
  stage: 'platform',
  level: 'warning',
  summary: 'A comment suppresses a rule that finds nothing there',
  why: 'What it stood for has been mended, or has moved. Left behind, it will hide the next fault of this kind on that line, and tells its readers of a fault that is not there.',
  consequence: 'Nothing on the platform today; the next fault of this kind on the line goes to production unseen.',
  instead:
    'Remove the comment, or move it to the line of the finding. Only rules that ran are judged: with `--select`, others are left alone.',
  fix: { safety: 'safe', note: 'removes the comment, or the one rule in it that finds nothing' },
  sources: [{ title: 'Suppressions', url: 'https://github.com/flask-dyno/flask-dyno/blob/main/docs/suppressions.md' }],
  since: '0.1.0',
  needs: [],
  check: () => [],
})
