import { Ellipsis, List, Play, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import { Link, useNavigate } from 'react-router'
import type { HeldGroup } from '#contract/releases.ts'
import { openCountMax } from '#contract/settings.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import { paths } from '#renderer/app/paths.ts'
import type { Column } from '#renderer/ui/data-table.tsx'
import { formatCountUpTo } from '#renderer/ui/format.ts'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Menu, MenuItem, MenuSeparator } from '#renderer/ui/menu.tsx'
import { heldReasonLabels, WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { heldReasonTexts } from '../deliveries/held-reasons.ts'
import { ReleaseProgress } from './release-progress.tsx'

/** What goes out by itself, once its condition is over. */
const drains: readonly HeldReason[] = ['switched_off', 'offline']

export const groupId = ({ webhookId, reason }: HeldGroup) => `${webhookId}/${reason}`
export const groupName = ({ webhookName, reason }: HeldGroup) => `${webhookName}, ${heldReasonLabels[reason]}`

/** What a webhook held in a state that is over waits for a person only. */
const adviceOf = ({ reason, webhookStatus }: Pick<HeldGroup, 'reason' | 'webhookStatus'>) =>
  webhookStatus === 'active' && !drains.includes(reason)
    ? 'The webhook is active again: release it at a rate of your choice, or discard it.'
    : heldReasonTexts[reason].advice

const listOf = ({ webhookId }: HeldGroup) => `${paths.deliveries}?webhook=${webhookId}&status=held`

const columns: readonly Column<HeldGroup>[] = [
  {
    id: 'webhook',
    header: 'Webhook',
    width: '16rem',
    cell: (group) => (
      <span className="flex flex-col items-start gap-0.5">
        <Link
          to={`${paths.webhook(group.webhookId)}?tab=held`}
          className="max-w-full truncate font-medium hover:underline"
        >
          {group.webhookName}
        </Link>
        <WebhookStatusBadge status={group.webhookStatus} />
      </span>
    ),
  },
  {
    id: 'reason',
    header: 'Reason, and what to do',
    cell: ({ reason, webhookStatus, release }) => (
      <span className="block text-wrap py-0.5">
        <span className="font-medium">Held: {heldReasonLabels[reason]}.</span>{' '}
        <span className="text-muted">{adviceOf({ reason, webhookStatus })}</span>
        {release && <ReleaseProgress release={release} />}
      </span>
    ),
  },
  {
    id: 'count',
    header: 'Held',
    width: '6rem',
    align: 'end',
    cell: (group) => (
      <Link to={listOf(group)} className="hover:underline">
        {formatCountUpTo(group.count, openCountMax)}
      </Link>
    ),
  },
  { id: 'oldest', header: 'Oldest', width: '7rem', cell: ({ oldestAt }) => <RelativeTime at={oldestAt} /> },
  {
    id: 'newest',
    header: 'Newest',
    width: '7rem',
    secondary: true,
    cell: ({ newestAt }) => <RelativeTime at={newestAt} />,
  },
]

export interface HeldCommands {
  onRelease: (group: HeldGroup) => void
  onDiscard: (group: HeldGroup) => void
}

const Actions = ({ group, onRelease, onDiscard }: HeldCommands & { group: HeldGroup }) => {
  const navigate = useNavigate()
  return (
    <Menu
      align="end"
      trigger={<IconButton size="sm" icon={Ellipsis} label={`Actions for ${groupName(group)}`} />}
    >
      <MenuItem icon={Play} disabled={group.release !== null} onSelect={() => onRelease(group)}>
        Release …
      </MenuItem>
      <MenuItem icon={List} onSelect={() => void navigate(listOf(group))}>
        Choose single ones
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger icon={Trash2} onSelect={() => onDiscard(group)}>
        Discard …
      </MenuItem>
    </Menu>
  )
}

/** The columns of what is held, with a menu for those who may release it. */
export const useHeldColumns = (commands: HeldCommands | null): readonly Column<HeldGroup>[] =>
  useMemo(
    () =>
      commands === null
        ? columns
        : [
            ...columns,
            {
              id: 'actions',
              header: 'Actions',
              hideHeader: true,
              width: '3.5rem',
              align: 'end',
              cell: (group) => <Actions group={group} {...commands} />,
            },
          ],
    [commands],
  )
