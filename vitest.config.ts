import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/build-once.ts',
    // the text of a style sheet, which is left empty otherwise
    css: { include: /\.css\?raw$/ },
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
