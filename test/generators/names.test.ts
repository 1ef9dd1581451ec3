import { describe, expect, it } from 'vitest'
import { projectName } from '../../generators/_shared/names.ts'

describe('the names of a project', () => {
  it.each([
    ['my-app', 'my-app', 'my_app', 'My app'],
    ['my_app', 'my-app', 'my_app', 'My app'],
    ['My App', 'my-app', 'my_app', 'My app'],
    ['shop.v2', 'shop-v2', 'shop_v2', 'Shop v2'],
    ['match', 'match', 'match', 'Match'],
    [
      'a23456789012345678901234567890',
      'a23456789012345678901234567890',
      'a23456789012345678901234567890',
      'A23456789012345678901234567890',
    ],
  ])('%s is %s, package %s', (text, name, packageName, title) => {
    expect(projectName(text)).toEqual({ name, packageName, title })
  })

  it.each([
    ['', 'is empty'],
    ['2fast', 'must begin with a letter'],
    ['-app', 'must begin with a letter'],
    ['app-', 'must end with a letter'],
    ['ab', 'shorter than the 3'],
    ['a234567890123456789012345678901', 'longer than the 30'],
    ['café', 'only the letters a to z'],
    ['a/b', 'only the letters a to z'],
    ['class', 'keyword of Python'],
    ['Lambda', 'keyword of Python'],
    ['json', "hide Python's own module json"],
    ['email', "hide Python's own module email"],
    ['test', 'name of another module'],
    ['flask', 'name of another module'],
    ['Flask-Migrate', 'name of another module'],
    ['wsgi', 'name of another module'],
    ['migrations', 'name of another module'],
    ['tests', 'name of another module'],
  ])('%j is refused: %s', (text, reason) => {
    expect(projectName(text)).toContain(reason)
  })
})
