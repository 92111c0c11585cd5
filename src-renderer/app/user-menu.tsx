import { BookOpen, ChevronsUpDown, Keyboard, ListChecks, Lock, LogOut, MonitorSmartphone } from 'lucide-react'
import { useNavigate } from 'react-router'
import { useStore } from 'zustand'
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from '#renderer/ui/menu.tsx'
import { organizationRoleLabels, workspaceRoleLabels } from './labels.ts'
import { overlayStore } from './overlays.ts'
import { paths } from './paths.ts'
import { useScopeOrNull } from './scope.ts'
import { useSignedIn } from './session.tsx'
import { lockSession, signOut } from './session-actions.ts'
import { setTheme, themeLabels, themeStore, themes } from './theme.ts'
import { leaveFor } from './unsaved-changes.tsx'

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
    .toUpperCase()

const useRoleText = () => {
  const { user } = useSignedIn()
  const organization = useScopeOrNull()?.organization
  if (user.platformAdmin) return 'Platform admin'
  if (!organization?.workspaceRole) return user.email
  const role = workspaceRoleLabels[organization.workspaceRole]
  return organization.organizationRole
    ? `${organizationRoleLabels[organization.organizationRole]} · ${role}`
    : `${role} · no membership`
}

/** Who is signed in, and what they can do with their own session. */
export const UserMenu = () => {
  const { user } = useSignedIn()
  const { theme } = useStore(themeStore)
  const navigate = useNavigate()
  const roleText = useRoleText()
  return (
    <Menu
      side="top"
      className="w-60"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-md p-1.5 text-start hover:bg-hover focus-visible:-outline-offset-2"
        >
          <span
            aria-hidden
            className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
          >
            {initialsOf(user.name)}
          </span>
          <span className="min-w-0 flex-1">
            <span className="sr-only">Account: </span>
            <span className="block truncate font-medium">{user.name}</span>
            <span className="block truncate text-xs text-muted">{roleText}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </button>
      }
    >
      <MenuLabel>{user.email}</MenuLabel>
      <MenuItem icon={MonitorSmartphone} onSelect={() => void navigate(paths.sessions)}>
        Sessions and password
      </MenuItem>
      <MenuItem icon={BookOpen} onSelect={() => void navigate(paths.documentation)}>
        Documentation
      </MenuItem>
      <MenuItem icon={ListChecks} onSelect={() => void navigate(paths.access)}>
        How access works
      </MenuItem>
      <MenuItem icon={Keyboard} hint="?" onSelect={() => overlayStore.setState({ open: 'shortcuts' })}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuChoices
        label="Theme"
        value={theme}
        choices={themes.map((value) => ({ value, label: themeLabels[value] }))}
        onChoose={(value) => {
          const chosen = themes.find((candidate) => candidate === value)
          if (chosen) setTheme(chosen)
        }}
      />
      <MenuSeparator />
      <MenuItem icon={Lock} onSelect={() => void lockSession()}>
        Lock
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={() => leaveFor(() => void signOut())}>
        Sign out
      </MenuItem>
    </Menu>
  )
}
