/* What core widgets cannot do for the sign-in form; where scripts do not run, the form works without it. Runs when the
   form has come into the page; `this` is an element in it. The classes of the form say how it stands. */
const form = this.closest('.lync-form');
const elsewhere = () => document.activeElement !== document.body && !form.contains(document.activeElement);
let theirs = false;  /* the person types or moves on: a wish for the focus that the kernel had before comes too late */
const work = on => {
    theirs = on;
    for (const field of form.querySelectorAll('input'))
        field.focus = options => theirs || HTMLElement.prototype.focus.call(field, options);
};
const stands = () => {
    theirs = false;
    if (elsewhere()) return;  /* who has gone on to another place stays there */
    if (!form.matches('.lync-form')) {  /* closed: the notebook's own keys work on from here */
        const cell = form.closest('.jp-Cell');
        if (cell) cell.focus({preventScroll: true});
    } else if (form.matches('.lync-busy')) {  /* the field that was left is disabled and hears no key */
        form.focus({preventScroll: true});
    }
};
if (form) {
    form.tabIndex = -1;
    form.setAttribute('role', 'group');
    form.setAttribute('aria-label', form.querySelector('.lync-title').textContent);
    new MutationObserver(stands).observe(form, {attributeFilter: ['class']});
    form.addEventListener('pointerdown', event => work(event.target.matches('input')), true);
    form.addEventListener('click', event => { if (event.target.closest('button')) work(false); }, true);
    form.addEventListener('keydown', event => {
        work(event.key === 'Tab' || (event.key !== 'Enter' && event.target.matches('.widget-text input')));
        if (event.key !== 'Escape' || event.isComposing || !form.matches('.lync-form')) return;
        event.stopPropagation();
        form.querySelector('.lync-buttons > :last-child').click();
    }, true);  /* before the field keeps the key to itself */
}
