import { defineRule } from '../../engine/rule.ts'

/** engine/suppress.ts finds these while it reads the comments; the text of the rule is here. */
export const suppressionWithoutReason = defineRule({
  id: 'suppression-without-reason',
  stage: 'platform',
  level: 'info',
  summary: 'A comment suppresses a finding and does not say why',
  why: 'Whoever reads the line next cannot tell a judgement from a shortcut, and will neither dare to remove the comment nor trust it.',
  consequence: 'Nothing on the platform; the fault behind the comment is never looked at again.',
  instead: '```python\napp.debug = True  # flask-dyno: ignore[debug-enabled] -- this app is for local use alone\n```',
  sources: [{ title: 'Suppressions', url: 'https://github.com/flask-dyno/flask-dyno/blob/main/docs/suppressions.md' }],
  since: '0.1.0',
  needs: [],
  check: () => [],
})
