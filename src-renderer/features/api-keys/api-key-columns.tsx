import { Ban, Pencil } from 'lucide-react'
import { useMemo } from 'react'
import { Link, useNavigate } from 'react-router'
import type { ApiKey } from '#contract/api-keys.ts'
import { paths } from '#renderer/app/paths.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { ApiKeyStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { KeyPrefix } from './key-prefix.tsx'
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
    width: '7rem',
    cell: (key) => environmentLabels[key.environment],
  },
  {
    id: 'scopes',
    header: 'Scopes',
    width: '7rem',
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
    width: '12rem',
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
    width: '7.5rem',
    cell: (key) => <TimeOr at={key.lastUsedAt} none="Never" />,
  },
  { id: 'created', header: 'Created', width: '7.5rem', cell: (key) => <RelativeTime at={key.createdAt} /> },
  {
    id: 'expires',
    header: 'Expires',
    width: '7.5rem',
    cell: (key) => <TimeOr at={key.expiresAt} none="Never" />,
  },
]

const Actions = ({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: (key: ApiKey) => void }) => {
  const navigate = useNavigate()
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
        disabled={!isRevocable(apiKey)}
        onClick={() => onRevoke(apiKey)}
      />
    </span>
  )
}

/** The columns of the list of keys, with buttons for those who may manage keys. */
export const useApiKeyColumns = ({
  mayManage,
  onRevoke,
}: {
  mayManage: boolean
  onRevoke: (key: ApiKey) => void
}): readonly Column<ApiKey>[] =>
  useMemo(
    () =>
      mayManage
        ? [
            ...columns,
            {
              id: 'actions',
              header: 'Actions',
              hideHeader: true,
              width: '5.5rem',
              cell: (key) => <Actions apiKey={key} onRevoke={onRevoke} />,
            },
          ]
        : columns,
    [mayManage, onRevoke],
  )
