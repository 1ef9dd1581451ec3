import { absentModule } from '../../engine/facts/brought-modules.ts'
import type { Dependencies } from '../../engine/facts/dependencies.ts'
import { standardModule } from '../../engine/facts/modules.ts'
import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { addRequirement, asDeclared } from '../../engine/fix-requirement.ts'
import { importConsequence, installsLater, liesSomewhere, outsideImports } from '../../engine/plan/imports.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const importNotInstalled = defineRule({
  id: 'import-not-installed',
  stage: 'processes',
  level: 'error',
  summary: 'Production code imports a package that the production dependencies do not bring',
  why: 'A dyno has what the build installs from `requirements.txt` or from the main group of the lock file, and nothing else. A package that you once installed by hand, or that stands only in a dev group, is on your laptop and not there.\n\nThe rule speaks only where it is known which distribution brings the module and that none of the installed ones brings that along. An import in a `try` that catches ImportError is optional and is left alone.',
  consequence: 'The process stops at its start with `ModuleNotFoundError`, and requests get H10 (App crashed).',
  instead:
    "Add the distribution to the production dependencies. Its name may differ from the module's:\n\n```text\nbeautifulsoup4==4.14.2   # import bs4\nPillow==12.0.0           # from PIL import Image\n```",
  fix: {
    safety: 'unsafe',
    note: 'adds the distribution to requirements.txt, in the version that another file gives it or without one',
  },
  sources: [
    { title: 'What the Python buildpack installs', url: 'https://devcenter.heroku.com/articles/python-support' },
    {
      title: 'Distribution package and import package',
      url: 'https://packaging.python.org/en/latest/discussions/distribution-package-vs-import-package/',
    },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  absence: 'place',
  needs: ['plan', 'dependencies', 'tree'],
  check: ({ plan, dependencies, tree }) => {
    if (plan.container || dependencies.manager === null || installsLater(plan)) return []
    const findings: FindingDraft[] = []
    const seen = new Set<string>()
    for (const found of outsideImports(plan)) {
      const { name, at } = found
      const [top = ''] = name.split('.')
      if (name.startsWith('.') || seen.has(top) || standardModule(top, dependencies.python) === 'yes') continue
      // the buildpack installs setuptools for Python up to 3.12 (heroku-buildpack-python, lib/pip.sh)
      if (top === 'setuptools' || top === 'pkg_resources') continue
      if (liesSomewhere(tree, top)) continue
      const absent = absentModule(dependencies, name)
      const [distribution] = absent?.distributions ?? []
      if (absent === null || distribution === undefined) continue
      seen.add(top)
      const left = absent.distributions
        .map((each) => dependencies.elsewhere.get(each))
        .find((each) => each !== undefined)
      const file = dependencies.found[0]?.path ?? 'requirements.txt'
      const comesWith = top.toLowerCase() === distribution ? '' : `, which comes with ${distribution}`
      const fix = fixOf(tree, dependencies, left === undefined ? distribution : asDeclared(left.distribution))
      findings.push({
        at,
        message:
          left === undefined
            ? `${file} does not install \`${top}\`${comesWith}. Add ${distribution} to it.`
            : `\`${top}\`${comesWith}${comesWith === '' ? '' : ','} is only in ${left.where}, which the production build does not install. Move ${left.distribution.name} to the production dependencies.`,
        ...importConsequence(plan, found),
        related: [
          ...trailTo(found, at),
          ...(left === undefined
            ? []
            : [{ ...left.distribution.at, message: `${left.distribution.name} is declared here` }]),
        ],
        ...(fix ? { fix } : { missing: [distribution] }),
      })
    }
    return findings
  },
})

/** A line more in a plain requirements.txt; a hashed, locked or generated file is left to its tool. */
function fixOf(tree: Tree, dependencies: Dependencies, distribution: string): Fix | null {
  const added = addRequirement(tree, dependencies, distribution)
  if (added === null) return null
  const { line, ...made } = added
  return { safety: 'unsafe', description: `add ${line} to requirements.txt`, ...made }
}
