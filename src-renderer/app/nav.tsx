import { clsx } from 'clsx'
import {
  Activity,
  BadgeCheck,
  BellRing,
  Blocks,
  CalendarDays,
  CirclePause,
  CreditCard,
  Database,
  HeartPulse,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  PowerOff,
  Scale,
  ScrollText,
  Send,
  Settings,
  Users,
  Waypoints,
  Webhook,
} from 'lucide-react'
import { NavLink } from 'react-router'
import type { Decision } from '#contract/decision.ts'
import { openCountMax } from '#contract/settings.ts'
import { formatCountShort } from '#renderer/ui/format.ts'
import { useDecisions } from './access.tsx'
import { paths } from './paths.ts'
import { useSignedIn } from './session.tsx'
import { useStatus } from './status.ts'

export interface NavItem {
  label: string
  to: string
  icon: LucideIcon
  /** Shown behind the label when there are any. */
  count?: number
}

export interface NavGroup {
  label: string | null
  items: readonly NavItem[]
}

const passedGate = (decision: Decision | undefined, gate: string) =>
  decision?.gates.find((result) => result.gate === gate)?.passed ?? false

/** Operations over all organizations. */
const platformGroup: NavGroup = {
  label: 'Platform',
  items: [
    { label: 'Integration health', to: paths.platformIntegrations, icon: HeartPulse },
    { label: 'Webhook operations', to: paths.platformWebhooks, icon: Waypoints },
    { label: 'Capabilities', to: paths.platformCapabilities, icon: BadgeCheck },
    { label: 'Kill switches', to: paths.platformSwitches, icon: PowerOff },
    { label: 'Subscriptions', to: paths.platformOperational, icon: BellRing },
  ],
}

/**
 * What the navigation offers. Only the hub rules take something out: staff get no Integrations, and the API leaf
 * is for workspace admins. What the plan does not grant stays, and says so on its page.
 */
export const useNavGroups = (): readonly NavGroup[] => {
  const { platformAdmin } = useSignedIn().user
  const held = useStatus().data?.held
  const decisions = useDecisions().data
  const find = (action: Decision['action']) => decisions?.find((decision) => decision.action === action)
  const hub: NavItem[] = []
  if (find('hub.open')?.allowed) {
    hub.push({ label: 'Connections', to: paths.connections, icon: Blocks })
    if (passedGate(find('api_keys.view'), 'workspace_role'))
      hub.push({ label: 'API', to: paths.apiKeys, icon: KeyRound })
    hub.push({ label: 'Webhooks', to: paths.webhooks, icon: Webhook })
  }
  return [
    {
      label: null,
      items: [
        { label: 'Overview', to: paths.overview, icon: LayoutDashboard },
        { label: 'Events', to: paths.events, icon: Activity },
        { label: 'Deliveries', to: paths.deliveries, icon: Send },
        { label: 'Held', to: paths.held, icon: CirclePause, count: held },
      ],
    },
    ...(hub.length > 0 ? [{ label: 'Integrations', items: hub }] : []),
    {
      label: 'Settings',
      items: [
        { label: 'Users', to: paths.users, icon: Users },
        { label: 'Occasions', to: paths.occasions, icon: CalendarDays },
        { label: 'Access', to: paths.accessExplorer, icon: Scale },
        { label: 'Subscription', to: paths.subscription, icon: CreditCard },
        { label: 'General', to: paths.general, icon: Settings },
        { label: 'Data', to: paths.data, icon: Database },
        { label: 'Audit log', to: paths.audit, icon: ScrollText },
      ],
    },
    ...(platformAdmin ? [platformGroup] : []),
  ]
}

/** The navigation on the left. */
export const Nav = () => (
  <nav aria-label="Main" className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
    {useNavGroups().map((group) => (
      <div key={group.label ?? ''} className="mt-3">
        {group.label && <h2 className="px-2 pb-1 text-xs font-medium text-muted">{group.label}</h2>}
        <ul className="space-y-px">
          {group.items.map(({ label, to, icon: Icon, count }) => (
            <li key={to}>
              <NavLink
                to={to}
                end={to === paths.overview}
                className={({ isActive }) =>
                  clsx(
                    'flex h-8 items-center gap-2.5 rounded-md px-2 focus-visible:-outline-offset-2',
                    isActive
                      ? 'bg-accent-soft font-medium text-accent'
                      : 'text-ink hover:bg-hover [&>svg]:text-muted',
                  )
                }
              >
                <Icon aria-hidden className="size-4 shrink-0" />
                {label}
                {count !== undefined && count > 0 && (
                  <span className="ml-auto rounded-full bg-sunken px-1.5 text-xs text-ink">
                    {formatCountShort(count, openCountMax)}
                  </span>
                )}
              </NavLink>
            </li>
          ))}
        </ul>
      </div>
    ))}
  </nav>
)
