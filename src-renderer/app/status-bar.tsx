import { clsx } from 'clsx'
import {
  CircleDot,
  CirclePause,
  Cpu,
  type LucideIcon,
  PowerOff,
  TriangleAlert,
  Unplug,
  Wifi,
  WifiOff,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useStore } from 'zustand'
import { openCountMax, type Status } from '#contract/settings.ts'
import type { Tone } from '#renderer/ui/badge.tsx'
import { formatCount, formatCountUpTo } from '#renderer/ui/format.ts'
import { connectionStore } from './connection.ts'
import { deliveriesAddress, heldAddress } from './deliveries-address.ts'
import { paths } from './paths.ts'
import { useScope } from './scope.ts'
import { useSession } from './session.tsx'
import { useStatus } from './status.ts'

const tones: Record<Tone, string> = {
  neutral: 'text-muted',
  accent: 'text-accent',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
}

const Item = ({
  icon: Icon,
  tone = 'neutral',
  to,
  children,
}: {
  icon: LucideIcon
  tone?: Tone
  to?: string
  children: ReactNode
}) => {
  const content = (
    <>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {children}
    </>
  )
  const classes = clsx(
    'inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-sm px-1.5',
    tones[tone],
  )
  return (
    <li>
      {to ? (
        <Link
          to={to}
          className={clsx(classes, 'hover:bg-hover hover:underline focus-visible:outline-offset-0')}
        >
          {content}
        </Link>
      ) : (
        <span className={classes}>{content}</span>
      )}
    </li>
  )
}

const workerTexts: Record<Status['worker'], string> = {
  running: 'Sending',
  starting: 'Worker starting',
  stopped: 'Worker stopped',
}

const countUpTo = (count: number) => formatCountUpTo(count, openCountMax)

const networkText = ({ online, heldOffline }: Status) => {
  if (heldOffline === 0) return online ? 'Online' : 'Offline'
  const held = `${countUpTo(heldOffline)} held for it`
  return online ? `Online again, ${held}` : `Offline, ${held}`
}

const failingWebhooks = `${paths.webhooks}?status=failing`
const heldOffline = deliveriesAddress({ status: 'held', heldReason: 'offline' })

const StatusItems = ({ status }: { status: Status }) => {
  const { occasion } = useScope()
  return (
    <>
      <Item
        icon={status.online ? Wifi : WifiOff}
        tone={status.online ? 'success' : 'warning'}
        to={status.heldOffline > 0 ? heldOffline : undefined}
      >
        {networkText(status)}
      </Item>
      <Item icon={CircleDot} to={deliveriesAddress({ status: 'waiting,sending' })}>
        {countUpTo(status.waiting)} waiting
      </Item>
      <Item icon={CirclePause} tone={status.held > 0 ? 'warning' : 'neutral'} to={heldAddress(occasion)}>
        {countUpTo(status.held)} held
      </Item>
      <Item
        icon={TriangleAlert}
        tone={status.failingWebhooks > 0 ? 'danger' : 'neutral'}
        to={failingWebhooks}
      >
        {formatCount(status.failingWebhooks)} failing
      </Item>
      {status.deliverySwitchedOff ? (
        <Item icon={PowerOff} tone="warning">
          Sending is switched off
        </Item>
      ) : (
        <Item icon={Cpu} tone={status.worker === 'running' ? 'neutral' : 'warning'}>
          {workerTexts[status.worker]}
        </Item>
      )}
    </>
  )
}

/** The line at the foot of every page: online or not, backlog, held, failing endpoints, worker. */
export const StatusBar = () => {
  const { version, demo } = useSession()
  const unreachable = useStore(connectionStore, ({ state }) => state === 'unreachable')
  const status = useStatus()
  return (
    <footer className="flex h-8 shrink-0 items-center gap-1 overflow-x-auto border-t border-line bg-surface px-2 text-xs">
      <ul aria-label="Status" className="flex items-center gap-1">
        {unreachable ? (
          <Item icon={Unplug} tone="warning">
            Reconnecting
          </Item>
        ) : (
          status.data && <StatusItems status={status.data} />
        )}
      </ul>
      <span className="ml-auto px-1.5 whitespace-nowrap text-muted">
        {demo && 'Demo workspace · '}Patchbay {version}
      </span>
    </footer>
  )
}
