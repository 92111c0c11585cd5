import { KeyRound, type LucideIcon, Plug, ShieldCheck, Webhook } from 'lucide-react'
import type { ComponentType } from 'react'
import { ApiKeysGuide } from './api-keys-guide.tsx'
import { ConnectionsGuide } from './connections-guide.tsx'
import { VerificationGuide } from './verification-guide.tsx'
import { WebhooksGuide } from './webhooks-guide.tsx'

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
    summary: 'Telling real deliveries from forged ones, in Node.js, Python, Go and Ruby.',
    icon: ShieldCheck,
    Content: VerificationGuide,
  },
]
