import { useEffect } from 'react'
import { Outlet } from 'react-router'
import { CommandPalette } from './command-palette.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { useIdleLock } from './idle-lock.ts'
import { followChanges } from './live.ts'
import { NoOrganization } from './no-organization.tsx'
import { NotificationNews } from './notifications.tsx'
import { queryClient } from './query-client.ts'
import { useScopeOrNull } from './scope.ts'
import { useSignedIn } from './session.tsx'
import { ShortcutsDialog, useGlobalShortcuts } from './shortcuts.tsx'
import { Sidebar, TopBar } from './sidebar.tsx'
import { StatusBar } from './status-bar.tsx'
import { LeavingQuestion } from './unsaved-changes.tsx'

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
      <NotificationNews />
      <SkipLink />
      <ConnectionBanner />
      <TopBar />
      <div className="flex min-h-0 flex-1">
        <Sidebar />
        {/* What is placed absolutely inside scrolls with it, instead of making the window scroll. */}
        <main
          id={mainId}
          tabIndex={-1}
          className="relative min-w-0 flex-1 overflow-y-auto focus:outline-none"
        >
          <Outlet />
        </main>
      </div>
      <StatusBar />
      <CommandPalette />
      <ShortcutsDialog />
      <LeavingQuestion />
    </div>
  )
}
