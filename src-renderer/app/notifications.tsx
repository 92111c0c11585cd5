import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Bell, BellOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useStore } from 'zustand'
import { persist } from 'zustand/middleware'
import { createStore } from 'zustand/vanilla'
import type { Notification } from '#contract/notifications.ts'
import { desktop, failureOf, orpc } from '#renderer/bridge.ts'
import { Drawer } from '#renderer/ui/drawer.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useDecision } from './access.tsx'
import { type NotificationText, notificationText } from './notification-text.ts'
import { useScope } from './scope.ts'
import { useSignedIn } from './session.tsx'

/** The last notification that was looked at, by person and place, kept on this machine. */
const seenStore = createStore<{ seen: Readonly<Record<string, number>> }>()(
  persist((): { seen: Readonly<Record<string, number>> } => ({ seen: {} }), {
    name: 'patchbay.notifications',
  }),
)

const markSeen = (place: string, seq: number) =>
  seenStore.setState(({ seen }) => ({ seen: { ...seen, [place]: Math.max(seq, seen[place] ?? 0) } }))

/** More than this at once is one sentence. */
const toastsMax = 3

const announce = (fresh: readonly Notification[]) => {
  const texts = fresh.map(notificationText)
  const [first] = texts
  if (first === undefined) return
  for (const { title, body, tone } of texts.slice(0, toastsMax)) {
    if (tone === 'success') toast.success(`${title}. ${body}`)
    else toast.error(`${title}. ${body}`)
  }
  if (texts.length > toastsMax)
    toast.info(
      `${formatNumberOf(texts.length - toastsMax, 'more notification is', 'more notifications are')} behind the bell.`,
    )
  const more = texts.length > 1 ? ` And ${texts.length - 1} more.` : ''
  void desktop?.notify({ title: first.title, body: `${first.body}${more}` })
}

/** Those that this person is told of, and where; undefined for who is told of none. */
const useNotifications = () => {
  const { user } = useSignedIn()
  const { inOrganization } = useScope()
  const maySee = useDecision('webhooks.view')?.allowed ?? false
  const everywhere = user.platformAdmin
  const own = useQuery(
    orpc.notifications.list.queryOptions({ input: inOrganization, enabled: maySee && !everywhere }),
  )
  const all = useQuery(orpc.notifications.listAll.queryOptions({ enabled: everywhere }))
  const place = `${user.id} ${everywhere ? 'platform' : inOrganization.organizationId}`
  return { query: everywhere ? all : own, place, everywhere, isTold: everywhere || maySee }
}

/** Tells what comes in while the console is open; what was there when it opened only counts. Once in the frame. */
export const NotificationNews = () => {
  const { query, place } = useNotifications()
  const notifications = query.data
  const known = useRef<{ place: string; seq: number } | null>(null)
  useEffect(() => {
    if (notifications === undefined) return
    const before = known.current
    known.current = { place, seq: notifications[0]?.seq ?? 0 }
    if (before?.place === place) announce(notifications.filter(({ seq }) => seq > before.seq))
  }, [notifications, place])
  return null
}

const dots: Record<NotificationText['tone'], string> = {
  danger: 'bg-danger',
  warning: 'bg-warning',
  success: 'bg-success',
}

const Item = ({ notification, onOpen }: { notification: Notification; onOpen: () => void }) => {
  const { title, body, to, tone } = notificationText(notification)
  const { organizationName, count, at } = notification
  return (
    <li className="flex gap-3 py-3">
      <span aria-hidden className={clsx('mt-1.5 size-2 shrink-0 rounded-full', dots[tone])} />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">
          {to === null ? (
            title
          ) : (
            <Link to={to} onClick={onOpen} className="hover:underline">
              {title}
            </Link>
          )}
        </p>
        {body && <p className="break-words text-muted">{body}</p>}
        <p className="text-xs text-muted">
          {organizationName && `${organizationName} · `}
          {count > 1 && `${count} times · `}
          <RelativeTime at={at} />
        </p>
      </div>
    </li>
  )
}

/** The bell: what happened by itself. Platform admins are told of everything, others of their organization. */
export const NotificationBell = () => {
  const { query, place, everywhere, isTold } = useNotifications()
  const [open, setOpen] = useState(false)
  const seen = useStore(seenStore, (state) => state.seen[place] ?? 0)
  const notifications = query.data
  const unseen = notifications?.filter(({ seq }) => seq > seen).length ?? 0
  const change = (next: boolean) => {
    setOpen(next)
    const latest = notifications?.[0]?.seq
    if (latest !== undefined) markSeen(place, latest)
  }
  if (!isTold) return null
  return (
    <>
      <span className="relative ml-auto inline-flex">
        <IconButton
          icon={Bell}
          label={unseen === 0 ? 'Notifications' : `Notifications, ${unseen} new`}
          onClick={() => change(true)}
        />
        {unseen > 0 && (
          <span
            aria-hidden
            className="pointer-events-none absolute top-1 right-1 size-2 rounded-full bg-danger"
          />
        )}
      </span>
      <Drawer
        open={open}
        onOpenChange={change}
        title="Notifications"
        description={
          everywhere ? 'Of all organizations and of this installation.' : 'What happened by itself here.'
        }
      >
        {query.isPending && <LoadingBlock label="Loading notifications" />}
        {query.isError && (
          <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
        )}
        {notifications?.length === 0 && (
          <EmptyState icon={BellOff} title="Nothing to tell">
            <p>A webhook that fails or is disabled, a key that expires, a full disk: you read of it here.</p>
          </EmptyState>
        )}
        {notifications !== undefined && notifications.length > 0 && (
          <ul className="divide-y divide-line">
            {notifications.map((notification) => (
              <Item key={notification.seq} notification={notification} onOpen={() => setOpen(false)} />
            ))}
          </ul>
        )}
      </Drawer>
    </>
  )
}
