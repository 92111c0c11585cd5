import { Ban, CirclePlay, CircleStop, Ellipsis, Pencil, RefreshCw, Scale } from 'lucide-react'
import { Link, useNavigate } from 'react-router'
import type { ApiKey } from '#contract/api-keys.ts'
import { explorerAddress, paths } from '#renderer/app/paths.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Menu, MenuItem } from '#renderer/ui/menu.tsx'
import { useCommandColumns } from '#renderer/ui/row-menu.tsx'
import { ApiKeyStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { KeyPrefix } from './key-prefix.tsx'
import { isRotatable } from './key-state.ts'
import { environmentLabels } from './labels.ts'
import { isRevocable } from './revoke-keys-dialog.tsx'

export const apiKeyId = (key: ApiKey) => key.id
export const apiKeyName = (key: ApiKey) => key.name
export const apiKeyHref = (key: ApiKey) => paths.apiKey(key.id)

const TimeOr = ({ at, none }: { at: number | null; none: string }) =>
  at === null ? <span className="text-muted">{none}</span> : <RelativeTime at={at} />

const columns: readonly Column<ApiKey>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (key) => (
      <Link to={apiKeyHref(key)} className="font-medium hover:underline">
        {key.name}
      </Link>
    ),
  },
  {
    id: 'environment',
    header: 'Environment',
    secondary: 'last',
    width: '6.75rem',
    cell: (key) => environmentLabels[key.environment],
  },
  {
    id: 'scopes',
    header: 'Scopes',
    secondary: true,
    width: '6.75rem',
    cell: (key) => (
      <span className="flex gap-1">
        {key.scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    ),
  },
  {
    id: 'prefix',
    header: 'Prefix',
    secondary: true,
    width: '11rem',
    cell: (key) => <KeyPrefix prefix={key.prefix} name={key.name} />,
  },
  {
    id: 'status',
    header: 'Status',
    width: '7.5rem',
    cell: (key) => <ApiKeyStatusBadge status={key.status} />,
  },
  {
    id: 'used',
    header: 'Last used',
    width: '6rem',
    cell: (key) => <TimeOr at={key.lastUsedAt} none="Never" />,
  },
  {
    id: 'created',
    header: 'Created',
    secondary: true,
    width: '6.75rem',
    cell: (key) => <RelativeTime at={key.createdAt} />,
  },
  {
    id: 'expires',
    header: 'Expires',
    secondary: true,
    width: '6.75rem',
    cell: (key) => <TimeOr at={key.expiresAt} none="Never" />,
  },
]

/** What the list can ask for about one key. */
export interface ApiKeyCommands {
  onRevoke: (key: ApiKey) => void
  onRotate: (key: ApiKey) => void
  onDisable: (key: ApiKey) => void
  onEnable: (key: ApiKey) => void
}

const Actions = ({ row: apiKey, commands }: { row: ApiKey; commands: ApiKeyCommands }) => {
  const navigate = useNavigate()
  const over = !isRevocable(apiKey)
  return (
    <span className="flex justify-end">
      <IconButton
        size="sm"
        icon={Pencil}
        label={`Edit ${apiKey.name}`}
        onClick={() => void navigate(apiKeyHref(apiKey))}
      />
      <IconButton
        size="sm"
        icon={Ban}
        label={`Revoke ${apiKey.name}`}
        disabled={over}
        onClick={() => commands.onRevoke(apiKey)}
      />
      <Menu
        align="end"
        trigger={<IconButton size="sm" icon={Ellipsis} label={`More for ${apiKey.name}`} disabled={over} />}
      >
        <MenuItem icon={RefreshCw} disabled={!isRotatable(apiKey)} onSelect={() => commands.onRotate(apiKey)}>
          Rotate …
        </MenuItem>
        {apiKey.disabledAt === null ? (
          <MenuItem icon={CircleStop} onSelect={() => commands.onDisable(apiKey)}>
            Disable …
          </MenuItem>
        ) : (
          <MenuItem icon={CirclePlay} onSelect={() => commands.onEnable(apiKey)}>
            Enable
          </MenuItem>
        )}
        <MenuItem icon={Scale} onSelect={() => void navigate(explorerAddress({ subject: apiKey.id }))}>
          Explain access
        </MenuItem>
      </Menu>
    </span>
  )
}

/** The columns of the list of keys, with buttons for those who may manage keys. */
export const useApiKeyColumns = (commands: ApiKeyCommands | null): readonly Column<ApiKey>[] =>
  useCommandColumns(columns, commands, Actions, '6.5rem')
