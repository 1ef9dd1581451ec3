// Loaded before a program (`node --require`): writes the most memory that it held, in bytes, to file descriptor 3.
const { writeSync } = require('node:fs')
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS * 1024)))
