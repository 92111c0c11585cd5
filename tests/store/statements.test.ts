import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { steady } from '#main/store/statements.ts'

let database: Database.Database
beforeEach(() => {
  database = new Database(':memory:')
  database.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT, number INTEGER, bytes BLOB)')
  database.exec('CREATE INDEX things_by_text ON things (text, number)')
})
afterEach(() => database.close())

describe('a text that keeps its plan', () => {
  it('hides the values from the planner where it would look at them', () => {
    expect(steady('SELECT id FROM things WHERE text = ? AND number > ? ORDER BY id LIMIT ?')).toBe(
      'SELECT id FROM things WHERE text = +? AND number > ? ORDER BY id LIMIT +?',
    )
  })

  it('finds the same rows, whatever the kind of the values', () => {
    const insert = database.prepare('INSERT INTO things (text, number, bytes) VALUES (?, ?, ?)')
    for (const number of [0, 1, -7]) insert.run(String(number), number, Buffer.from([number & 255]))
    for (const { text, number, bytes } of database
      .prepare<[], { text: string; number: number; bytes: Buffer }>('SELECT text, number, bytes FROM things')
      .all()) {
      const query = 'SELECT id FROM things WHERE text = ? AND number = ? AND bytes = ? LIMIT ?'
      const found = database.prepare(query).all(text, number, bytes, 1)
      expect(found).toHaveLength(1)
      expect(database.prepare(steady(query)).all(text, number, bytes, 1)).toEqual(found)
      // A text that looks like a number is compared as the column says.
      expect(database.prepare(steady('SELECT id FROM things WHERE number = ?')).all(text)).toEqual(found)
    }
  })

  it('uses the index as before', () => {
    const plan = (text: string) =>
      database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all('x')
    const query = 'SELECT id FROM things WHERE text = ? ORDER BY number'
    expect(plan(steady(query)).map(({ detail }) => detail)).toEqual(plan(query).map(({ detail }) => detail))
    expect(plan(steady(query))[0]?.detail).toContain('things_by_text (text=?)')
  })
})
