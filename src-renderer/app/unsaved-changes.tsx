import { useEffect } from 'react'
import { type Location, useBlocker } from 'react-router'
import { desktop } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'

const isElsewhere = (from: Location, to: Location) =>
  from.pathname !== to.pathname || from.search !== to.search

/** Asks before the place of a changed form is left, for another page or tab or altogether. */
export const UnsavedChanges = ({ when, what }: { when: boolean; what: string }) => {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => when && isElsewhere(currentLocation, nextLocation),
  )
  useEffect(() => {
    // A desktop window that is refused its closing would say nothing and stay.
    if (!when || desktop) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [when])
  if (blocker.state !== 'blocked') return null
  return (
    <ConfirmDialog
      open
      onOpenChange={() => blocker.reset()}
      title="Discard unsaved changes"
      confirmLabel="Discard changes"
      onConfirm={() => blocker.proceed()}
      consequence={`The changes of ${what} were not saved. Leaving discards them.`}
    />
  )
}
