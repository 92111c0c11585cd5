import { useEffect } from 'react'
import { useStore } from 'zustand'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { commandKey, Kbd } from '#renderer/ui/kbd.tsx'
import { closeOverlay, overlayStore } from './overlays.ts'

const shortcuts = [
  { keys: [commandKey, 'K'], does: 'Command palette: go anywhere, switch organization, act' },
  { keys: ['/'], does: 'Search on this page' },
  { keys: ['?'], does: 'These shortcuts' },
  { keys: ['↑', '↓'], does: 'Move between the rows of a table' },
  { keys: ['Home', 'End'], does: 'First and last row' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['Space'], does: 'Select the row' },
  { keys: ['Esc'], does: 'Close a dialog or menu' },
] as const

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select') !== null)

const dialogIsOpen = () => document.querySelector('[role="dialog"], [role="alertdialog"]') !== null

const focusSearch = () => {
  const search = document.querySelector<HTMLInputElement>('[data-page-search]')
  search?.focus()
  search?.select()
  return search !== null
}

/** Listens for the keys that work everywhere. */
export const useGlobalShortcuts = () => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { open } = overlayStore.getState()
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
        if (open !== 'palette' && dialogIsOpen()) return
        event.preventDefault()
        overlayStore.setState({ open: open === 'palette' ? null : 'palette' })
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialogIsOpen()) return
      if (event.key === '/' && focusSearch()) event.preventDefault()
      if (event.key === '?') {
        event.preventDefault()
        overlayStore.setState({ open: 'shortcuts' })
      }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** The list of keyboard shortcuts. */
export const ShortcutsDialog = () => {
  const open = useStore(overlayStore, (state) => state.open === 'shortcuts')
  return (
    <Dialog open={open} onOpenChange={closeOverlay} title="Keyboard shortcuts" width="sm">
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2.5">
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className="col-span-2 grid grid-cols-subgrid items-center">
            <dt>{does}</dt>
            <dd className="text-end">
              <Kbd keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
