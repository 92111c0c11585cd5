import { List, Play, Repeat, Trash2 } from 'lucide-react'
import { Link, useNavigate } from 'react-router'
import type { HeldGroup } from '#contract/releases.ts'
import { openCountMax } from '#contract/settings.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import { deliveriesAddress } from '#renderer/app/deliveries-address.ts'
import { paths } from '#renderer/app/paths.ts'
import type { Column } from '#renderer/ui/data-table.tsx'
import { formatCountUpTo } from '#renderer/ui/format.ts'
import { MenuItem, MenuSeparator } from '#renderer/ui/menu.tsx'
import { RowMenu, useCommandColumns } from '#renderer/ui/row-menu.tsx'
import { heldReasonLabels, WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { heldReasonTexts } from '../deliveries/held-reasons.ts'
import { ReleaseProgress, StandstillReason } from './release-progress.tsx'

/** What goes out by itself, once its condition is over. */
const drains: readonly HeldReason[] = ['switched_off', 'offline']

export const groupId = ({ webhookId, reason }: HeldGroup) => `${webhookId}/${reason}`
export const groupName = ({ webhookName, reason }: HeldGroup) => `${webhookName}, ${heldReasonLabels[reason]}`

/** The release that lets it go, where there is one. */
const releaseOf = ({ reason, release }: HeldGroup) =>
  release !== null && (release.reason === null || release.reason === reason) ? release : null

/** What a webhook held in a state that is over waits for a person only. */
const adviceOf = (group: HeldGroup) => {
  const { reason, webhookStatus } = group
  const release = releaseOf(group)
  if (release !== null) {
    if (release.state === 'paused') return 'Its release is paused: let it go on, or cancel it.'
    return release.waitsFor === null
      ? 'It is being released, oldest first.'
      : 'Its release waits, and goes on by itself.'
  }
  return webhookStatus === 'active' && !drains.includes(reason)
    ? 'The webhook is active again: release it at a rate of your choice, or discard it.'
    : heldReasonTexts[reason].advice
}

const listOf = ({ webhookId, reason }: HeldGroup) =>
  deliveriesAddress({ webhookId, status: 'held', heldReason: reason })

const webhookColumn: Column<HeldGroup> = {
  id: 'webhook',
  header: 'Webhook',
  width: '12rem',
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
}

const columns: readonly Column<HeldGroup>[] = [
  {
    id: 'reason',
    header: 'Reason, and what to do',
    cell: (group) => {
      const release = releaseOf(group)
      return (
        <span className="block text-wrap py-0.5">
          <span className="font-medium">Held: {heldReasonLabels[group.reason]}.</span>{' '}
          <span className="text-muted">{adviceOf(group)}</span>
          {release && <StandstillReason release={release} />}
          {release && <ReleaseProgress release={release} />}
        </span>
      )
    },
  },
  {
    id: 'count',
    header: 'Held',
    width: '4.5rem',
    align: 'end',
    cell: (group) => (
      <Link to={listOf(group)} className="hover:underline">
        {formatCountUpTo(group.count, openCountMax)}
      </Link>
    ),
  },
  {
    id: 'oldest',
    header: 'Oldest',
    width: '7rem',
    secondary: true,
    cell: ({ oldestAt }) => <RelativeTime at={oldestAt} />,
  },
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
  onReleaseReplays: (group: HeldGroup) => void
  onDiscard: (group: HeldGroup) => void
}

const Actions = ({ row: group, commands }: { row: HeldGroup; commands: HeldCommands }) => {
  const navigate = useNavigate()
  return (
    <RowMenu name={groupName(group)}>
      <MenuItem icon={Play} disabled={group.release !== null} onSelect={() => commands.onRelease(group)}>
        Release …
      </MenuItem>
      {group.replays > 0 && group.webhookStatus !== 'active' && (
        <MenuItem icon={Repeat} onSelect={() => commands.onReleaseReplays(group)}>
          Release only its replays
        </MenuItem>
      )}
      <MenuItem icon={List} onSelect={() => void navigate(listOf(group))}>
        Choose single ones
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger icon={Trash2} onSelect={() => commands.onDiscard(group)}>
        Discard …
      </MenuItem>
    </RowMenu>
  )
}

const everyColumn = [webhookColumn, ...columns]

/** The columns of what is held, with a menu for those who may release it. */
export const useHeldColumns = (
  ofOneWebhook: boolean,
  commands: HeldCommands | null,
): readonly Column<HeldGroup>[] => useCommandColumns(ofOneWebhook ? columns : everyColumn, commands, Actions)
