// Buttons that copy a command, and the key "/" on a page without a search.
{
  const TOLD_MS = 2000;
  const said = document.getElementById('said');

  /** Where a page has no leave to write to the clipboard, as over plain HTTP. */
  const copySelected = (code) => {
    const selection = getSelection();
    selection?.selectAllChildren(code);
    return document.execCommand('copy');
  };

  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? '');
      return true;
    } catch {
      return copySelected(code);
    }
  };

  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = document.querySelectorAll('button.copy');
  for (const button of buttons) {
    const code = button.parentElement?.querySelector('code');
    if (!code) continue;
    button.hidden = false;
    let timer = 0;
    button.addEventListener('click', async () => {
      const isDone = await copy(code);
      button.textContent = isDone ? 'Copied' : 'Selected';
      if (said) said.textContent = isDone ? `Copied: ${code.textContent}` : 'The command is selected: press Ctrl+C to copy it';
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = 'Copy';
        if (said) said.textContent = '';
      }, TOLD_MS);
    });
  }

  const top = document.getElementById('top');
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || !(top instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    location.assign(`${top.href}#q=`);
  });
}
