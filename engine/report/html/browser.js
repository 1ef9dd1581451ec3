// Runs in the reader's browser. Without it the page is whole, only without filters.
;(() => {
  const root = document.documentElement
  const all = (selector, from = document) => [...from.querySelectorAll(selector)]
  const byId = (id) => document.getElementById(id)

  const themes = ['auto', 'light', 'dark']
  const theme = byId('theme')
  const setTheme = (name) => {
    if (name === 'auto') delete root.dataset.theme
    else root.dataset.theme = name
    theme.textContent = `Colours: ${name}`
  }
  setTheme('auto')
  theme.hidden = false
  theme.addEventListener('click', () => {
    setTheme(themes[(themes.indexOf(root.dataset.theme ?? 'auto') + 1) % themes.length])
  })

  const findings = all('.finding')
  const filter = byId('filter')
  const cards = all('a[data-card]')
  const wanted = { level: new Set(), stage: new Set(), card: '', words: '' }
  const texts = new Map()
  const textOf = (finding) => {
    if (!texts.has(finding)) texts.set(finding, finding.textContent.toLowerCase())
    return texts.get(finding)
  }
  const isWanted = (finding) => {
    const { level, stage, card } = finding.dataset
    return (
      (wanted.level.size === 0 || wanted.level.has(level)) &&
      (wanted.stage.size === 0 || wanted.stage.has(stage)) &&
      (wanted.card === '' || wanted.card === card) &&
      wanted.words.split(/\s+/).every((word) => textOf(finding).includes(word))
    )
  }
  const show = () => {
    let count = 0
    for (const finding of findings) {
      finding.hidden = !isWanted(finding)
      if (!finding.hidden) count++
    }
    const titles = cards
      .filter((card) => card.dataset.card === wanted.card)
      .map((card) => card.querySelector('.title, .name'))
    const at = titles.length === 0 ? '' : ` at ${titles[0].textContent}`
    const some = wanted.level.size + wanted.stage.size > 0 || wanted.card !== '' || wanted.words !== ''
    byId('told').textContent = some ? `${count} of ${findings.length}${at}` : `${count} findings`
    byId('all').hidden = !some
    for (const card of cards) {
      if (card.dataset.card === wanted.card) card.setAttribute('aria-current', 'true')
      else card.removeAttribute('aria-current')
    }
    for (const button of all('[aria-pressed]', filter)) {
      const { level, stage } = button.dataset
      const pressed = level === undefined ? wanted.stage.has(stage) : wanted.level.has(level)
      button.setAttribute('aria-pressed', String(pressed))
    }
  }
  const toggle = (set, value) => {
    if (!set.delete(value)) set.add(value)
  }
  const showAll = () => {
    wanted.level.clear()
    wanted.stage.clear()
    wanted.card = ''
    wanted.words = ''
    byId('words').value = ''
    show()
  }
  /** Leads the reader to the list, by keyboard as by eye. */
  const toList = () => {
    const list = byId('findings')
    list.focus({ preventScroll: true })
    list.scrollIntoView({ block: 'start' })
  }

  if (filter !== null) {
    filter.hidden = false
    filter.addEventListener('submit', (event) => event.preventDefault())
    filter.addEventListener('click', ({ target }) => {
      const button = target.closest('button')
      if (button === null) return
      if (button.id === 'all') {
        showAll()
        byId('words').focus()
        return
      }
      const { level, stage } = button.dataset
      if (level !== undefined) toggle(wanted.level, level)
      else toggle(wanted.stage, stage)
      show()
    })
    byId('words').addEventListener('input', ({ target }) => {
      wanted.words = target.value.trim().toLowerCase()
      show()
    })
    for (const card of cards) {
      card.addEventListener('click', (event) => {
        event.preventDefault()
        const again = wanted.card === card.dataset.card
        showAll()
        wanted.card = again ? '' : card.dataset.card
        show()
        if (!again) toList()
      })
    }
    for (const link of all('.stages a')) {
      link.addEventListener('click', (event) => {
        event.preventDefault()
        showAll()
        wanted.stage.add(link.dataset.stage)
        show()
        toList()
      })
    }
    show()
  }

  // What a card is joined to stands out while it is looked at.
  const plan = document.querySelector('.plan')
  const lines = plan === null ? [] : all('.lines path', plan)
  const boxes = plan === null ? [] : all('.card', plan)
  const trace = (card) => {
    const id = card.dataset.card
    const near = new Set([id])
    for (const line of lines) {
      const { from, to } = line.dataset
      const joined = from === id || to === id
      line.classList.toggle('lit', joined)
      if (joined) near.add(from).add(to)
    }
    plan.classList.add('traced')
    for (const box of boxes) box.classList.toggle('lit', near.has(box.dataset.card))
  }
  const untrace = () => plan.classList.remove('traced')
  for (const box of boxes) {
    box.addEventListener('pointerenter', () => trace(box))
    box.addEventListener('pointerleave', untrace)
    // what is no link would be given a stop of the Tab key by Chromium for listening to it
    if (box.localName !== 'a') continue
    box.addEventListener('focus', () => trace(box))
    box.addEventListener('blur', untrace)
  }

  // A link leads into what is folded or filtered out, too.
  const unfold = () => {
    const target = location.hash.length > 1 ? byId(location.hash.slice(1)) : null
    if (target === null) return
    if (target.hidden) showAll()
    const fold = target.closest('details')
    if (fold !== null) fold.open = true
    target.scrollIntoView({ block: 'start' })
  }
  addEventListener('hashchange', unfold)
  document.addEventListener('click', ({ target }) => {
    // the same link a second time changes no address
    if (target.closest('a[href^="#"]')?.getAttribute('href') === location.hash) unfold()
  })
  unfold()

  // Paper cannot be unfolded.
  let folded = []
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])')
    for (const fold of folded) fold.open = true
  })
  addEventListener('afterprint', () => {
    for (const fold of folded) fold.open = false
  })
})()
