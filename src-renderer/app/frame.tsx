import { Search } from 'lucide-react'
import { useEffect } from 'react'
import { Outlet } from 'react-router'
import { commandKey, Kbd } from '#renderer/ui/kbd.tsx'
import { CommandPalette } from './command-palette.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { useIdleLock } from './idle-lock.ts'
import { followChanges } from './live.ts'
import { Logo } from './logo.tsx'
import { Nav } from './nav.tsx'
import { NoOrganization } from './no-organization.tsx'
import { overlayStore } from './overlays.ts'
import { queryClient } from './query-client.ts'
import { useScopeOrNull } from './scope.ts'
import { useSignedIn } from './session.tsx'
import { ShortcutsDialog, useGlobalShortcuts } from './shortcuts.tsx'
import { StatusBar } from './status-bar.tsx'
import { Switchers } from './switchers.tsx'
import { UserMenu } from './user-menu.tsx'

const mainId = 'main'

const SkipLink = () => (
  <a
    href={`#${mainId}`}
    className="absolute top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent-solid px-3 py-1.5 font-medium text-white focus:translate-y-0"
    onClick={(event) => {
      event.preventDefault()
      document.getElementById(mainId)?.focus()
    }}
  >
    Skip to content
  </a>
)

const Sidebar = () => (
  <aside aria-label="Workspace" className="flex w-60 shrink-0 flex-col border-r border-line bg-surface">
    <div className="flex h-12 shrink-0 items-center gap-2 px-4">
      <Logo className="size-5" />
      <span className="text-base font-semibold tracking-tight">Patchbay</span>
    </div>
    <Switchers />
    <div className="px-2 pt-1.5">
      <button
        type="button"
        onClick={() => overlayStore.setState({ open: 'palette' })}
        className="flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-muted hover:bg-hover focus-visible:-outline-offset-2"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="flex-1 text-start">Go to…</span>
        <Kbd keys={[commandKey, 'K']} />
      </button>
    </div>
    <Nav />
    <div className="border-t border-line p-2">
      <UserMenu />
    </div>
  </aside>
)

/** Follows the changes of the host for as long as it is drawn; another session starts it anew. */
const LiveChanges = () => {
  useEffect(() => followChanges(queryClient), [])
  return null
}

/** Everything around a page for a signed-in person. */
export const Frame = () => {
  const { sessionId, idleLockMinutes } = useSignedIn()
  const scope = useScopeOrNull()
  useGlobalShortcuts()
  useIdleLock(idleLockMinutes)
  if (!scope) return <NoOrganization />
  return (
    <div className="flex h-full flex-col">
      <LiveChanges key={sessionId} />
      <SkipLink />
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1">
        <Sidebar />
        <main id={mainId} tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto focus:outline-none">
          <Outlet />
        </main>
      </div>
      <StatusBar />
      <CommandPalette />
      <ShortcutsDialog />
    </div>
  )
}
