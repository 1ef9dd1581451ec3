/**
 * `npm start [name]`: what this project does, shown on a new project and on a broken one.
 *
 * Makes a project in the folder `name` (my-app), shows what Heroku would do with it and that nothing is found there;
 * then lints a project as a student might push it for the first time. Ends with 0 when all this came out as expected.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const LINTER = join(root, 'cli/dist/main.cjs')
const GENERATOR = join(root, 'generators/dist/generators/_run/main.js')
const BROKEN = 'fixtures/projects/first-deploy'
const name = process.argv[2] ?? 'my-app'

function stop(message) {
  console.error(`npm start: ${message}`)
  process.exit(1)
}

function title(text) {
  const bold = process.stdout.isTTY ? ['\u001b[1m', '\u001b[22m'] : ['', '']
  console.log(`\n${bold[0]}${text}${bold[1]}`)
}

/** Runs one of our programs in the open; stops when it ends otherwise than expected. */
function run(expected, program, ...args) {
  const { status, error } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error !== undefined) stop(error.message)
  if (!expected.includes(status)) stop(`expected the status ${expected.join(' or ')} above, not ${status}`)
}

for (const program of [LINTER, GENERATOR]) {
  if (!existsSync(program)) stop(`${program} is missing: run npm ci first, which builds it`)
}

const exists = existsSync(join(root, name)) && readdirSync(join(root, name)).length > 0
if (exists) {
  title(`1. ${name}/ exists already, so no new project is made`)
} else {
  title(`1. A new project: npx generator-flask-dyno ${name} --defaults`)
  run([0], GENERATOR, name, '--defaults')
}

title(`2. What Heroku would do with it: npx flask-dyno plan ${name}`)
run([0], LINTER, 'plan', name)

title(`3. Would it build, boot, keep its data and stay safe? npx flask-dyno lint ${name}`)
// A project that was there before may have findings by now.
run(exists ? [0, 1] : [0], LINTER, 'lint', name)

title(`4. The same question about a first attempt with some mistakes: npx flask-dyno lint ${BROKEN}`)
run([1], LINTER, 'lint', BROKEN)

title('That was it.')
console.log(`The findings above are those of ${BROKEN}. How to put ${name}/ on Heroku is in its README.md.`)
