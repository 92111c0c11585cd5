import { useEffect } from 'react'
import { type Location, useBlocker } from 'react-router'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'

interface Leaving {
  /** A form has changes that are not saved. */
  unsaved: boolean
  /** What waits for an answer. */
  pending: (() => void) | null
}

const leavingStore = createStore<Leaving>(() => ({ unsaved: false, pending: null }))

/** Does what takes a page away without being a navigation, after asking where a form has changes. */
export const leaveFor = (action: () => void) => {
  if (leavingStore.getState().unsaved) leavingStore.setState({ pending: action })
  else action()
}

const isElsewhere = (from: Location, to: Location) =>
  from.pathname !== to.pathname || from.search !== to.search

/** Asks before the place of a changed form is left: for another page, tab or organization, or altogether. */
export const UnsavedChanges = ({ when, what }: { when: boolean; what: string }) => {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => when && isElsewhere(currentLocation, nextLocation),
  )
  const pending = useStore(leavingStore, (state) => state.pending)
  useEffect(() => {
    if (!when) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    leavingStore.setState({ unsaved: true })
    addEventListener('beforeunload', ask)
    return () => {
      leavingStore.setState({ unsaved: false, pending: null })
      removeEventListener('beforeunload', ask)
    }
  }, [when])
  if (blocker.state !== 'blocked' && pending === null) return null
  const stay = () => {
    leavingStore.setState({ pending: null })
    blocker.reset?.()
  }
  const leave = () => {
    leavingStore.setState({ pending: null })
    pending?.()
    blocker.proceed?.()
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={stay}
      title="Discard unsaved changes"
      confirmLabel="Discard changes"
      onConfirm={leave}
      consequence={`The changes of ${what} were not saved. Leaving discards them.`}
    />
  )
}
