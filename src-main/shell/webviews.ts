interface EmbeddingContents {
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): unknown
}

/** Security checklist 11 and 12: `<webview>` is off in every window, and attaching one is prevented. */
export const denyWebviews = (contents: EmbeddingContents): void => {
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
