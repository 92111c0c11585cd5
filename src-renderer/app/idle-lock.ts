import { useEffect } from 'react'
import { lockSession } from './session-actions.ts'

const activityKey = 'patchbay.activity'
const checkMs = 10_000
const noteEveryMs = 5_000
const activityEvents = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'focus'] as const

const lastActivity = () => Number(localStorage.getItem(activityKey) ?? 0)

/**
 * Locks the session after so many minutes without a hand on mouse or keyboard; 0 never locks. All windows and tabs
 * of this machine share the clock, and time asleep counts.
 */
export const useIdleLock = (idleLockMinutes: number) => {
  useEffect(() => {
    if (idleLockMinutes <= 0) return
    const idleMs = idleLockMinutes * 60_000
    let locking = false
    const lockWhenIdle = () => {
      if (locking || Date.now() - lastActivity() < idleMs) return
      locking = true
      void lockSession().finally(() => {
        locking = false
      })
    }
    const note = () => {
      const now = Date.now()
      const idleForMs = now - lastActivity()
      // The first touch after a sleep must not rescue a session whose time is over.
      if (idleForMs >= idleMs) lockWhenIdle()
      else if (idleForMs >= noteEveryMs) localStorage.setItem(activityKey, String(now))
    }
    localStorage.setItem(activityKey, String(Date.now()))
    const timer = setInterval(lockWhenIdle, checkMs)
    for (const name of activityEvents) window.addEventListener(name, note, { passive: true })
    return () => {
      clearInterval(timer)
      for (const name of activityEvents) window.removeEventListener(name, note)
    }
  }, [idleLockMinutes])
}
