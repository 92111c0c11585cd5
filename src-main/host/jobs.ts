import { Cron } from 'croner'
import type { Clock } from '#main/engine/clock.ts'
import type { JobReport } from '#main/engine/parts.ts'
import { backUp, listBackups } from '#main/store/backup.ts'
import type { DataDirectory } from '#main/store/data-directory.ts'
import type { Logger } from './log.ts'

const dayMs = 24 * 3_600_000
/** At night, by the clock of the machine. */
const backupTime = '30 3 * * *'

/** Work that goes on beside the requests. */
export interface Jobs {
  /** Runs `work` every `everyMs`, never twice at once. What fails is logged and tried again at its next turn. */
  every(everyMs: number, name: string, work: () => Promise<unknown>): void
  /** A backup each night, and one now when the last is older than a day: a laptop sleeps at night. */
  backUpDaily(directory: DataDirectory): void
  /** Those that have run. */
  report(): readonly JobReport[]
  /** Starts nothing more, and resolves when what runs has ended. */
  stop(): Promise<void>
}

export const createJobs = (clock: Clock, log: Logger): Jobs => {
  const running = new Set<Promise<void>>()
  const ends: (() => void)[] = []
  const reports = new Map<string, JobReport>()

  const run = (name: string, work: () => Promise<unknown>): Promise<void> => {
    const note = (error: string | null) => reports.set(name, { name, endedAt: clock.now(), error })
    const job = work().then(
      () => void note(null),
      (error) => {
        note(error instanceof Error ? error.message : String(error))
        log.error({ job: name, err: error }, 'a job failed')
      },
    )
    const tracked = job.finally(() => running.delete(tracked))
    running.add(tracked)
    return tracked
  }

  return {
    every(everyMs, name, work) {
      let busy = false
      const timer = setInterval(() => {
        if (busy) return
        busy = true
        void run(name, work).finally(() => {
          busy = false
        })
      }, everyMs)
      timer.unref()
      ends.push(() => clearInterval(timer))
    },
    backUpDaily(directory) {
      const daily = () => run('daily backup', () => backUp(directory, 'daily', clock.now()))
      const overdue = async () => {
        const last = (await listBackups(directory)).find(({ reason }) => reason === 'daily')
        if (last === undefined || clock.now() - last.createdAt > dayMs)
          await backUp(directory, 'daily', clock.now())
      }
      void run('daily backup', overdue)
      const cron = new Cron(backupTime, { unref: true, protect: true }, daily)
      ends.push(() => cron.stop())
    },
    report: () => [...reports.values()],
    async stop() {
      for (const end of ends) end()
      await Promise.all(running)
    },
  }
}
