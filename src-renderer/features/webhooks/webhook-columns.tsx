import { clsx } from 'clsx'
import { CirclePlay, Pause, Send, Trash2 } from 'lucide-react'
import { Link, useNavigate } from 'react-router'
import type { Webhook } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { MenuItem, MenuSeparator } from '#renderer/ui/menu.tsx'
import { RowMenu, useCommandColumns } from '#renderer/ui/row-menu.tsx'
import { WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { OccasionName } from '../events/occasion-name.tsx'
import { OptionIcons } from './option-badges.tsx'
import { RecentChips } from './recent-chips.tsx'

export const webhookId = (webhook: Webhook) => webhook.id
export const webhookName = (webhook: Webhook) => webhook.name
export const webhookHref = (webhook: Webhook) => paths.webhook(webhook.id)

/** As many characters of patterns as fit into the column. */
const eventsCharactersMax = 22
const onlyWide = '@max-[60rem]:hidden'
const onlyNarrow = '@min-[60rem]:hidden'

const secondThatFits = ([first = '', second = '']: readonly string[]) =>
  second && first.length + second.length <= eventsCharactersMax ? second : undefined

const Pattern = ({ children }: { children: string }) => (
  <Badge className="min-w-0 font-mono">{children}</Badge>
)
const More = ({ count, className }: { count: number; className?: string }) =>
  count > 0 && <span className={clsx('shrink-0 text-xs text-muted', className)}>+{count}</span>

/** The first of the patterns, also the second where there is room, and how many more there are. */
const Events = ({ webhook: { events, occasionId } }: { webhook: Webhook }) => {
  const [first = ''] = events
  const second = secondThatFits(events)
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex min-w-0 items-center gap-1" title={events.join('\n')}>
        <Pattern>{first}</Pattern>
        {second === undefined ? (
          <More count={events.length - 1} />
        ) : (
          <>
            <span className={clsx('inline-flex min-w-0', onlyWide)}>
              <Pattern>{second}</Pattern>
            </span>
            <More count={events.length - 2} className={onlyWide} />
            <More count={events.length - 1} className={onlyNarrow} />
          </>
        )}
      </span>
      <span className="truncate text-xs">
        <OccasionName occasionId={occasionId} />
      </span>
    </span>
  )
}

const columns: readonly Column<Webhook>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (webhook) => (
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 items-center gap-1.5">
          <Link to={webhookHref(webhook)} className="truncate font-medium hover:underline">
            {webhook.name}
          </Link>
          <OptionIcons webhook={webhook} />
        </span>
        <span className="truncate text-xs text-muted" title={webhook.url}>
          {webhook.url}
        </span>
      </span>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    width: '7.5rem',
    cell: (webhook) => (
      <span title={webhook.statusReason ?? undefined}>
        <WebhookStatusBadge status={webhook.status} />
      </span>
    ),
  },
  {
    id: 'events',
    header: 'Events',
    cell: (webhook) => <Events webhook={webhook} />,
  },
  {
    id: 'recent',
    header: 'Activity, 24 h',
    width: '9.5rem',
    secondary: true,
    cell: (webhook) => <RecentChips recent={webhook.recent} />,
  },
  {
    id: 'attempt',
    header: 'Last attempt',
    width: '6.5rem',
    secondary: true,
    cell: (webhook) =>
      webhook.lastAttemptAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <RelativeTime at={webhook.lastAttemptAt} />
      ),
  },
]

export interface WebhookCommands {
  onPause: (webhook: Webhook) => void
  onResume: (webhook: Webhook) => void
  onDelete: (webhook: Webhook) => void
}

const Actions = ({ row: webhook, commands }: { row: Webhook; commands: WebhookCommands }) => {
  const navigate = useNavigate()
  return (
    <RowMenu name={webhook.name}>
      <MenuItem icon={Send} onSelect={() => void navigate(`${webhookHref(webhook)}?tab=test`)}>
        Send a test …
      </MenuItem>
      {webhook.status === 'active' ? (
        <MenuItem icon={Pause} onSelect={() => commands.onPause(webhook)}>
          Pause
        </MenuItem>
      ) : (
        <MenuItem icon={CirclePlay} onSelect={() => commands.onResume(webhook)}>
          Resume
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem danger icon={Trash2} onSelect={() => commands.onDelete(webhook)}>
        Delete …
      </MenuItem>
    </RowMenu>
  )
}

/** The columns of the list of webhooks, with a menu for those who may manage them. */
export const useWebhookColumns = (commands: WebhookCommands | null): readonly Column<Webhook>[] =>
  useCommandColumns(columns, commands, Actions)
