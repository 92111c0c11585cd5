import { useEffect, useRef } from 'react'
import { gates } from '#contract/vocabulary.ts'
import { gateAddress, paths } from '#renderer/app/paths.ts'
import { gateLabels } from '#renderer/ui/decision-text.ts'
import { gateMeanings } from './gate-meanings.ts'
import type { GuidePart } from './guide-search.ts'
import { guides } from './guides.ts'
import { byHand } from './verification-by-hand.ts'

const textOf = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim()

const partsOf = (article: Element, guide: string, to: string): GuidePart[] => {
  const sections = [...article.querySelectorAll('section[aria-labelledby]')].map((section): GuidePart => {
    const id = section.getAttribute('aria-labelledby') ?? ''
    const heading = section.querySelector('h2')
    const title = heading ? textOf(heading) : guide
    return { guide, section: title, to: `${to}#${id}`, text: textOf(section).slice(title.length) }
  })
  const opening = [...article.children].filter(({ tagName }) => tagName === 'P').map(textOf)
  return [{ guide, section: null, to, text: opening.join(' ') }, ...sections]
}

/** Code of languages whose tab is not drawn. */
const languageParts = (guide: string, to: string): GuidePart[] =>
  byHand.map(({ id, label, code }) => ({
    guide,
    section: `In ${label}`,
    to: `${to}?language=${id}`,
    text: code.replace(/\s+/g, ' '),
  }))

const accessTitle = 'How access works'

/** The page that the rules draw is no guide; its gates are found all the same. */
const gateParts: readonly GuidePart[] = gates.map((gate) => ({
  guide: accessTitle,
  section: gateLabels[gate],
  to: gateAddress(gate),
  text: gateMeanings[gate],
}))

/**
 * Draws every guide where nobody sees it, and reads what there is to find. So the words are written once, and the
 * search needs no network.
 */
export const GuideIndex = ({ onRead }: { onRead: (parts: readonly GuidePart[]) => void }) => {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const articles = [...(box.current?.children ?? [])]
    const written = guides.flatMap(({ slug, title }, index) => {
      const article = articles[index]
      const to = `${paths.documentation}/${slug}`
      if (!article) return []
      return [...partsOf(article, title, to), ...(slug === 'verification' ? languageParts(title, to) : [])]
    })
    onRead([...written, ...gateParts])
  }, [onRead])
  return (
    <div ref={box} hidden>
      {guides.map(({ slug, Content }) => (
        <div key={slug}>
          <Content />
        </div>
      ))}
    </div>
  )
}
