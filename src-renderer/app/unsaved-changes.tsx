import { useEffect } from 'react'
import { type Location, useBlocker } from 'react-router'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'

interface ChangedForm {
  /** What it is of, for the question. */
  what: string
}

interface Leaving {
  /** Those with changes that are not saved. */
  forms: readonly ChangedForm[]
  /** What waits for an answer. */
  pending: (() => void) | null
}

const leavingStore = createStore<Leaving>(() => ({ forms: [], pending: null }))

/** Does what takes a page away without being a navigation, after asking where a form has changes. */
export const leaveFor = (action: () => void) => {
  if (leavingStore.getState().forms.length > 0) leavingStore.setState({ pending: action })
  else action()
}

/** While `when`, the page is not left without asking: for another page, tab or organization, or altogether. */
export const UnsavedChanges = ({ when, what }: { when: boolean; what: string }) => {
  useEffect(() => {
    if (!when) return
    const form = { what }
    leavingStore.setState(({ forms }) => ({ forms: [...forms, form] }))
    return () =>
      leavingStore.setState(({ forms }) => ({
        forms: forms.filter((other) => other !== form),
        pending: null,
      }))
  }, [when, what])
  return null
}

const isElsewhere = (from: Location, to: Location) =>
  from.pathname !== to.pathname || from.search !== to.search

/** Asks before changed forms are left. One for all of them: a router has one blocker. */
export const LeavingQuestion = () => {
  const { forms, pending } = useStore(leavingStore)
  const unsaved = forms.length > 0
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => unsaved && isElsewhere(currentLocation, nextLocation),
  )
  useEffect(() => {
    if (!unsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [unsaved])
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
  const places = [...new Set(forms.map(({ what }) => what))].join(' and ')
  return (
    <ConfirmDialog
      open
      onOpenChange={stay}
      title="Discard unsaved changes"
      confirmLabel="Discard changes"
      onConfirm={leave}
      consequence={`The changes of ${places} were not saved. Leaving discards them.`}
    />
  )
}
