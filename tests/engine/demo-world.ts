import Database from 'better-sqlite3'
import { seedDemo } from '#main/engine/demo/seed.ts'
import definition from '#resources/demo.json' with { type: 'json' }
import { engineFixture, startMs } from '../support/engine.ts'
import { fileStore } from '../support/file-store.ts'

/** A seeded workspace in a file, with a way to ask the file. */
export const seededDemo = async (at = startMs) => {
  const files = await fileStore()
  const fixture = engineFixture({ store: files.connect() })
  fixture.clock.set(at)
  await seedDemo(fixture.toolbox, definition)
  const database = new Database(files.path, { readonly: true })
  return {
    fixture,
    database,
    all: (sql: string) => database.prepare<unknown[], Record<string, unknown>>(sql).all(),
    async remove() {
      database.close()
      await files.remove()
    },
  }
}
