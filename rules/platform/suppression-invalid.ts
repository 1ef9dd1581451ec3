import { defineRule } from '../../engine/rule.ts'

/** engine/suppress.ts finds these while it reads the comments; the text of the rule is here. */
export const suppressionInvalid = defineRule({
  id: 'suppression-invalid',
  stage: 'platform',
  level: 'warning',
  summary: 'A comment that should suppress a finding names no rule, or cannot be read',
  why: 'A suppression with a misspelt rule suppresses nothing: the finding stays, or comes back with the next edit, and everybody believes that it was dealt with.',
  consequence:
    'Nothing on the platform; a fault that somebody judged by hand is reported, or one that nobody judged is believed to be.',
  instead:
    '```python\napp.debug = True  # flask-dyno: ignore[debug-enabled] -- this app is for local use alone\n```\n\n`flask-dyno rules` lists the identifiers.',
  sources: [{ title: 'Suppressions', url: 'https://github.com/flask-dyno/flask-dyno/blob/main/docs/suppressions.md' }],
  since: '0.1.0',
  needs: [],
  check: () => [],
})
