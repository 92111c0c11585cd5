import { Command } from 'cmdk'
import {
  Building2,
  CalendarDays,
  Keyboard,
  Lock,
  LogOut,
  type LucideIcon,
  MonitorSmartphone,
  Search,
  SunMoon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { useStore } from 'zustand'
import { CommandDialog } from '#renderer/ui/command-dialog.tsx'
import { useNavGroups } from './nav.tsx'
import { closeOverlay, overlayStore } from './overlays.ts'
import { paths } from './paths.ts'
import { chooseOccasion, chooseOrganization, useScope } from './scope.ts'
import { useSignedIn } from './session.tsx'
import { lockSession, signOut } from './session-actions.ts'
import { setTheme, themeLabels, themes } from './theme.ts'
import { leaveFor } from './unsaved-changes.tsx'

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
  >
    {children}
  </Command.Group>
)

const Item = ({ icon: Icon, value, onRun }: { icon: LucideIcon; value: string; onRun: () => void }) => (
  <Command.Item
    value={value}
    onSelect={() => {
      closeOverlay()
      onRun()
    }}
    className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent"
  >
    <Icon aria-hidden className="size-4 shrink-0 text-muted" />
    <span className="truncate">{value}</span>
  </Command.Item>
)

const Pages = () => {
  const navigate = useNavigate()
  const groups = useNavGroups()
  return (
    <Group heading="Go to">
      {groups.flatMap((group) =>
        group.items.map(({ label, to, icon }) => (
          <Item
            key={to}
            icon={icon}
            value={group.label ? `${group.label}: ${label}` : label}
            onRun={() => void navigate(to)}
          />
        )),
      )}
      <Item
        icon={MonitorSmartphone}
        value="Sessions and password"
        onRun={() => void navigate(paths.sessions)}
      />
    </Group>
  )
}

const Scopes = () => {
  const { organizations } = useSignedIn()
  const { organization, occasion } = useScope()
  return (
    <Group heading="Switch">
      {organizations
        .filter(({ id }) => id !== organization.id)
        .map(({ id, name }) => (
          <Item
            key={id}
            icon={Building2}
            value={`Organization: ${name}`}
            onRun={() => leaveFor(() => chooseOrganization(id))}
          />
        ))}
      {occasion && (
        <Item icon={CalendarDays} value="Occasion: All occasions" onRun={() => chooseOccasion(null)} />
      )}
      {organization.occasions
        .filter(({ id }) => id !== occasion?.id)
        .map(({ id, name }) => (
          <Item key={id} icon={CalendarDays} value={`Occasion: ${name}`} onRun={() => chooseOccasion(id)} />
        ))}
    </Group>
  )
}

const Actions = () => (
  <Group heading="Actions">
    {themes.map((theme) => (
      <Item key={theme} icon={SunMoon} value={`Theme: ${themeLabels[theme]}`} onRun={() => setTheme(theme)} />
    ))}
    <Item
      icon={Keyboard}
      value="Keyboard shortcuts"
      onRun={() => overlayStore.setState({ open: 'shortcuts' })}
    />
    <Item icon={Lock} value="Lock" onRun={() => void lockSession()} />
    <Item icon={LogOut} value="Sign out" onRun={() => leaveFor(() => void signOut())} />
  </Group>
)

/** Ctrl/Cmd+K: type to go somewhere, to switch organization or occasion, or to act. */
export const CommandPalette = () => {
  const open = useStore(overlayStore, (state) => state.open === 'palette')
  return (
    <CommandDialog open={open} onOpenChange={closeOverlay} title="Command palette">
      <Command label="Commands" loop>
        <div className="flex items-center gap-2.5 border-b border-line px-3.5">
          <Search aria-hidden className="size-4 shrink-0 text-muted" />
          <Command.Input
            placeholder="Go to a page, switch, or act"
            className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
          />
        </div>
        <Command.List className="max-h-80 overflow-y-auto p-1.5">
          <Command.Empty className="px-2 py-8 text-center text-muted">Nothing of that name.</Command.Empty>
          <Pages />
          <Scopes />
          <Actions />
        </Command.List>
      </Command>
    </CommandDialog>
  )
}
