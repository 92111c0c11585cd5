import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import type { DataDirectory } from './data-directory.ts'
import { StoreError } from './errors.ts'

export const backupReasons = ['daily', 'migration', 'manual'] as const
export type BackupReason = (typeof backupReasons)[number]
export interface Backup {
  readonly path: string
  readonly createdAt: number
  readonly sizeBytes: number
  readonly reason: BackupReason
}

/** How many backups of each reason are kept. */
const keptByReason: Record<BackupReason, number> = { daily: 7, migration: 3, manual: 20 }
const backupName = /^patchbay-(\d{8}T\d{9})Z-(daily|migration|manual)\.db$/

const stamp = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[-:.Z]/g, '')
const timeOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})$/, '$1-$2-$3T$4:$5:$6.$7Z'))
const isReason = (text: string | undefined): text is BackupReason =>
  backupReasons.some((reason) => reason === text)

/** The backups of a data directory, newest first. */
export const listBackups = async ({ backups }: DataDirectory): Promise<Backup[]> => {
  if (!existsSync(backups)) return []
  const found: Backup[] = []
  for (const name of await readdir(backups)) {
    const [, time, reason] = backupName.exec(name) ?? []
    if (time === undefined || !isReason(reason)) continue
    const path = join(backups, name)
    found.push({ path, createdAt: timeOf(time), sizeBytes: (await stat(path)).size, reason })
  }
  return found.sort((a, b) => b.createdAt - a.createdAt)
}

/**
 * Copies the database while it is in use, page by page, into the backups folder, and removes the oldest
 * ones of the same reason. The copy appears under its name only when it is complete.
 */
export const backUp = async (
  directory: DataDirectory,
  reason: BackupReason,
  nowMs: number,
): Promise<Backup> => {
  await mkdir(directory.backups, { recursive: true, mode: 0o700 })
  const path = join(directory.backups, `patchbay-${stamp(nowMs)}Z-${reason}.db`)
  await copyDatabase(directory.database, path)
  const sameReason = (await listBackups(directory)).filter((backup) => backup.reason === reason)
  for (const old of sameReason.slice(keptByReason[reason])) await rm(old.path)
  return { path, createdAt: nowMs, sizeBytes: (await stat(path)).size, reason }
}

/** Copies a live database to `target` through SQLite's backup API; the target appears when it is complete. */
export const copyDatabase = async (source: string, target: string): Promise<void> => {
  const unfinished = `${target}.unfinished`
  await rm(unfinished, { force: true })
  const database = new Database(source, { readonly: true, fileMustExist: true })
  try {
    await database.backup(unfinished)
  } finally {
    database.close()
  }
  await rename(unfinished, target)
}

/** The problems that SQLite finds in a file; empty when it is sound. */
export const integrityProblems = (path: string): string[] => {
  let database: Database.Database | undefined
  try {
    database = new Database(path, { readonly: true, fileMustExist: true })
    const rows = database.pragma('quick_check(5)', { simple: false })
    const texts = Array.isArray(rows) ? rows.map((row) => String(Object.values(row)[0])) : [String(rows)]
    return texts.length === 1 && texts[0] === 'ok' ? [] : texts
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    database?.close()
  }
}

/** Whether a sound database was made by our migrations: an empty file is sound, too. */
const isOurs = (path: string): boolean => {
  const database = new Database(path, { readonly: true, fileMustExist: true })
  try {
    return database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migrations'`).get() !== undefined
  } finally {
    database.close()
  }
}

/**
 * Puts a backup in the place of the database. The present one is kept beside it as `patchbay.db.before-restore`.
 * The caller holds the lock of the data directory.
 * @throws StoreError `backup_invalid` when the file is not a sound Patchbay database.
 */
export const restore = async (
  directory: DataDirectory,
  backupPath: string,
): Promise<{ keptAs: string | null }> => {
  const problem =
    integrityProblems(backupPath)[0] ?? (isOurs(backupPath) ? null : 'it holds no Patchbay data')
  if (problem !== null) {
    throw new StoreError('backup_invalid', `${basename(backupPath)} is not a sound backup: ${problem}`)
  }
  const incoming = `${directory.database}.incoming`
  await copyFile(backupPath, incoming)
  let keptAs: string | null = null
  if (existsSync(directory.database)) {
    keptAs = `${directory.database}.before-restore`
    await rm(keptAs, { force: true })
    await foldWal(directory.database)
    await rename(directory.database, keptAs)
  }
  for (const suffix of ['-wal', '-shm']) await rm(directory.database + suffix, { force: true })
  await rename(incoming, directory.database)
  return { keptAs }
}

/** Brings the write-ahead log into the file, so that the kept copy is whole. A damaged file stays as it is. */
const foldWal = async (path: string): Promise<void> => {
  if (integrityProblems(path).length > 0) {
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(path + suffix)) await rename(path + suffix, `${path}.before-restore${suffix}`)
    }
    return
  }
  const database = new Database(path)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}
