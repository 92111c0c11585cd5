/** node locker.ts DATABASE: keeps the database locked for writing from the line on stdout until stdin ends. */
import Database from 'better-sqlite3'

const database = new Database(process.argv[2])
database.exec('BEGIN IMMEDIATE')
process.stdout.write('locked\n')
process.stdin.resume().on('end', () => {
  database.exec('ROLLBACK')
  database.close()
})
