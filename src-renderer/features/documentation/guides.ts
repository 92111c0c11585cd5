import {
  CircleHelp,
  KeyRound,
  type LucideIcon,
  Plug,
  Scale,
  ScrollText,
  ServerCog,
  ShieldCheck,
  Users,
  Webhook,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { paths } from '#renderer/app/paths.ts'
import { ApiKeysGuide } from './api-keys-guide.tsx'
import { AuditGuide } from './audit-guide.tsx'
import { ConnectionsGuide } from './connections-guide.tsx'
import { PeopleGuide } from './people-guide.tsx'
import { PlatformGuide } from './platform-guide.tsx'
import { VerificationGuide } from './verification-guide.tsx'
import { WebhooksGuide } from './webhooks-guide.tsx'
import { WhyGuide } from './why-guide.tsx'

/** A page of the guide. Comes with the program and needs no network. */
export interface Guide {
  slug: string
  title: string
  summary: string
  icon: LucideIcon
  Content: ComponentType
}

/** All pages of the guide, in reading order. */
export const guides: readonly Guide[] = [
  {
    slug: 'connections',
    title: 'Connections and access',
    summary: 'What the hub offers, who can use it, and what plans, roles and kill switches decide.',
    icon: Plug,
    Content: ConnectionsGuide,
  },
  {
    slug: 'api-keys',
    title: 'API keys',
    summary: 'Creating a key, choosing scopes, sending the first event and reading errors.',
    icon: KeyRound,
    Content: ApiKeysGuide,
  },
  {
    slug: 'webhooks',
    title: 'Webhooks',
    summary: 'What a receiver gets, how often it is tried, and what becomes of events meanwhile.',
    icon: Webhook,
    Content: WebhooksGuide,
  },
  {
    slug: 'verification',
    title: 'Verifying signatures',
    summary: 'Telling real deliveries from forged ones, in Node.js, Python, Go, PHP, Ruby, Java and C#.',
    icon: ShieldCheck,
    Content: VerificationGuide,
  },
  {
    slug: 'people',
    title: 'People, occasions and plans',
    summary: 'Roles, invitations and membership; occasions; what changing the plan does.',
    icon: Users,
    Content: PeopleGuide,
  },
  {
    slug: 'why',
    title: '“Why can’t I?”',
    summary: 'Explaining a decision, the matrix, trying a change without saving, and expectations.',
    icon: CircleHelp,
    Content: WhyGuide,
  },
  {
    slug: 'audit',
    title: 'The audit log',
    summary: 'Reading, verifying and exporting who changed what.',
    icon: ScrollText,
    Content: AuditGuide,
  },
  {
    slug: 'platform',
    title: 'The platform',
    summary: 'For platform admins: health, overrides and trials, kill switches, operational subscriptions.',
    icon: ServerCog,
    Content: PlatformGuide,
  },
]

/** What the list of the documentation leads to: the guides, and the table of actions that the rules draw. */
export const documentationLinks: readonly (Pick<Guide, 'title' | 'summary' | 'icon'> & { to: string })[] = [
  ...guides.map(({ slug, title, summary, icon }) => ({
    title,
    summary,
    icon,
    to: `${paths.documentation}/${slug}`,
  })),
  {
    title: 'How access works',
    summary: 'The gates of every decision, what each action demands, and what you may do here.',
    icon: Scale,
    to: paths.access,
  },
]
