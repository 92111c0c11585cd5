import { Menu as MenuIcon, Search } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'react-router'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { commandKey, Kbd } from '#renderer/ui/kbd.tsx'
import { Sheet } from '#renderer/ui/sheet.tsx'
import { Logo } from './logo.tsx'
import { Nav } from './nav.tsx'
import { NotificationBell } from './notifications.tsx'
import { overlayStore } from './overlays.ts'
import { Switchers } from './switchers.tsx'
import { UserMenu } from './user-menu.tsx'

const openPalette = () => overlayStore.setState({ open: 'palette' })

const Brand = () => (
  <span className="flex items-center gap-2">
    <Logo className="size-5" />
    <span className="text-base font-semibold tracking-tight">Patchbay</span>
  </span>
)

const SidebarContent = () => (
  <>
    <div className="flex h-12 shrink-0 items-center gap-2 pr-2 pl-4">
      <Brand />
      <NotificationBell />
    </div>
    <Switchers />
    <div className="px-2 pt-1.5">
      <button
        type="button"
        onClick={openPalette}
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
  </>
)

/** Switchers, navigation and account on the left of a wide window. */
export const Sidebar = () => (
  <aside
    aria-label="Workspace"
    className="hidden w-60 shrink-0 flex-col border-r border-line bg-surface md:flex"
  >
    <SidebarContent />
  </aside>
)

/** The same behind a button, where the window is narrow or the text is large. */
export const TopBar = () => {
  const { pathname } = useLocation()
  // Open only for the page it was opened on: going somewhere closes it.
  const [openOn, setOpenOn] = useState<string | null>(null)
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-3 md:hidden">
      <IconButton icon={MenuIcon} label="Open navigation" onClick={() => setOpenOn(pathname)} />
      <Brand />
      <IconButton icon={Search} label="Go to…" className="ml-auto" onClick={openPalette} />
      <Sheet
        open={openOn === pathname}
        onOpenChange={(open) => setOpenOn(open ? pathname : null)}
        title="Navigation"
      >
        <SidebarContent />
      </Sheet>
    </header>
  )
}
