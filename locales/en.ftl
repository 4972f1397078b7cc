# Every word that people read on pages and in mails. One sentence a message; names and hosts come in as {$arguments}.

## layout

skip-to-content = Skip to the content
you-are-on = You are on { $host }
go-to-start = Go to the start page
foot-privacy = Privacy Policy
foot-terms = Terms of Service
foot-support = Help
not-found-title = There is nothing here
not-found-text = The address may be mistyped, or what it named is gone, or it belongs to another account.
forbidden-title = You may not do this here
forbidden-text = Your role in this workspace does not include it. An owner or an admin can change your role.
broken-title = Something broke on our side
broken-text = Nothing you entered was lost on purpose. Go back and try again; if it happens again, tell the people who run this server.
form-not-ours-title = This form is too old
form-not-ours-text = You signed in or out since it was opened, or it was not opened here. Go back, reload the page and send it again.
form-too-large-title = This form is too large
form-too-large-text = Shorten what you typed and send it again.
form-unreadable-title = This form could not be read
form-unreadable-text = Go back, reload the page and send it again.
password-show = Show password
password-hide = Hide password
password-shown = Your password is shown
password-hidden = Your password is hidden
returning-title = Returning you to { $host }

your-account = Your account
developer-pages = Developer pages
sign-out-button = Sign out
workspace-word = Workspace:
workspace-new = New workspace
workspace-nav = Workspace
nav-numbers = Numbers
nav-apps = Apps
nav-messages = Messages
nav-members = Members
nav-audit = Audit log
nav-settings = Settings

## accounts

email-label = E-mail address
password-label = Password
password-hint = At least 10 characters. A sentence is fine.
name-label = Your name
workspace-label = Name of your workspace
workspace-hint = Usually your business. You can change it later.
role-owner = Owner
role-admin = Admin
role-editor = Editor
role-viewer = Viewer
sign-in-title = Sign in
sign-in-for-app = { $app } asks for access. Sign in to see what it asks for.
sign-in-button = Sign in
sign-in-no-account = No account yet?
sign-in-refused = You are not signed in
sign-in-wrong = The e-mail address or the password is wrong.
sign-in-too-often = There were too many tries. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } and try again.
sign-up-title = Create an account
sign-up-lead = You get a workspace of your own. Link a number to it, then decide which apps may use it.
sign-up-button = Create the account
sign-up-have-account = Already have an account?
sign-up-refused = The account was not created
sign-up-email = This is not an e-mail address. It looks like name@example.com.
sign-up-name = Write your name, in at most 80 characters.
sign-up-too-short = Use at least 10 characters. Three words do well.
sign-up-too-long = Use at most 200 characters.
sign-up-tells = Choose a password that is not your e-mail address or your name.
sign-up-taken = There is already an account with this address. Sign in instead.

## apps

## oauth

## numbers

title-error = Error:
cancel = Cancel
copied = Copied
simulated = Simulated.
what-happens = What happens

numbers-lead = The WhatsApp accounts that are linked to { $workspace }.
numbers-caption = Linked numbers
numbers-column-number = Number
numbers-column-state = State
numbers-column-connector = Connector
numbers-column-actions = Actions
numbers-empty-title = No numbers yet
numbers-empty-text = Link the WhatsApp account of your business. You need the phone in your hand; it takes about two minutes. Nothing is sent, and no app sees it, until you say so.
numbers-empty-ask = An owner or an admin of this workspace can link one.
numbers-done-unlinked = The number is unlinked. Nothing is sent or received with it any more.
numbers-done-removed = The number is removed.
numbers-done-stopped = Linking was stopped. The code is worth nothing now.
link-a-number = Link a number
number-online = Online
number-connecting = Connecting
number-connecting-text = Usually takes a few seconds
number-signed-out = Signed out
number-blocked = Blocked by WhatsApp
number-not-linked = Not linked
number-waiting = Waiting for the phone
number-reason-unlinked_on_phone = Unlinked on the phone
number-reason-replaced_elsewhere = Another program took the link over
number-reason-unreadable = The link’s keys could not be read
number-reason-logged_out_here = Unlinked here
number-reason-linked_elsewhere = Linked by another workspace
connector-live = Linked device
connector-cloud = Cloud API
connector-sandbox = Simulated
number-go-on = Go on
number-link-again = Link again
number-open = Open
number-unlink = Unlink
number-remove = Remove
number-device = On the phone
number-linked-at = Linked
number-since = In this state since
open-simulated-phone = Open the simulated phone

link-lead = You need the phone that has this WhatsApp account, with WhatsApp open. It takes about two minutes.
link-beware = Only continue if you opened this page yourself.
link-beware-text = { $product } never asks for this code by phone or in a chat. Whoever has it can read and send your messages.
link-not-started = Linking was not started
phone-label = Phone number
phone-hint = With the country code, for example { $example }. Spaces don’t matter.
link-label = Name for your team
link-label-hint = If you leave it empty, it is called as its WhatsApp profile is.
link-label-wrong = Use at most 60 characters for the name.
link-simulated = This server simulates WhatsApp: the number gets a simulated phone, and no real message leaves this machine.
link-get-code = Get a code
link-owners-told = We write to the owners of { $workspace } when linking starts and when it is done.
phone-empty = Write the phone number with its country code.
phone-not-a-number = A phone number has digits, spaces, dashes, dots and brackets only.
phone-no-country-code = The country code is missing. Begin with + and the country code, such as +44.
phone-unknown-country = No country has this country code. Check the digits after the +.
phone-too-short = This number is too short for its country. Check whether digits are missing.
phone-too-long = This number is too long for its country. Check whether there is a digit too many.
phone-not-assigned = No phone of this country has such a number. Check the digits.
link-too-often = There were too many tries to link. Wait { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
 } and try again.
link-already-here = This number is already linked to this workspace. You find it in the list of numbers.
link-already-elsewhere = Another workspace on this server has linked this number. Unlink it there first.
link-under-way = Linking this number is already under way.

link-title = Link { $number }
link-both = The code and the QR code work side by side. The first one you use wins.
link-methods = Way to link
link-by-code = With a code
link-by-qr = With a QR code
link-status-asking = Asking WhatsApp for a code
link-status-waiting = Waiting for your phone
link-status-wrong-code = The code on the phone was wrong. Check it and type it again; { $left ->
    [one] one try is left
   *[other] { $left } tries are left
 }.
link-status-confirming = Your phone has accepted. Finishing the link
link-status-linked = Linked
link-status-failed = Not linked
link-code-title = Type this code into your phone
link-code-valid = Valid for
link-code-minutes = { $minutes ->
    [one] about one minute
   *[other] about { $minutes } minutes
 }
link-code-alphabet = Letters and digits only; there is no 0, I, O or U.
link-code-left = { $seconds } seconds left for this code
link-code-over = This code has run out. Get a new code.
link-code-copy = Copy the code
link-code-new = Get a new code
link-code-asking = Getting a code
link-code-asking-text = This takes a few seconds.
link-code-over-title = The code has run out
link-code-over-text = It was valid for two and a half minutes. Get a new one; the QR code is not touched by that.
link-code-linked = The number is linked already, so there is no new code for it.
link-code-ended = This try has ended, so there is no new code for it.
link-code-too-often = WhatsApp asks us to wait before the next code. The code you have stays as it is.
link-confirming = Your phone has accepted
link-confirming-text = Keep WhatsApp open on the phone for a moment.
link-qr-title = Scan this with your phone
link-qr-label = QR code to link { $number }. Use the code instead if you can’t scan.
link-qr-changes = It changes every 20 seconds by itself; scan the one you see.
link-qr-same-phone = Reading this on the phone you want to link? { $code }.
link-qr-use-code = Use the code instead
link-qr-content = This is what the QR code says; the simulated phone takes it as if it had scanned it.
link-qr-copy = Copy the content
link-qr-none = No QR code right now
link-qr-none-text = The next one is on its way. { $code }.
link-steps-title = On your phone
link-step-open = Open WhatsApp and go to Settings (on Android: the three dots).
link-step-devices = Press Linked devices, then Link a device.
link-step-instead = Press Link with phone number instead.
link-step-type = Type the code.
link-step-scan = Point the camera at the QR code.
link-device-name = Your phone will show the device name { $device }. Anything else? Press “Cancel” on the phone.
link-check = I’ve done this on my phone – check
link-stop = Stop linking
link-done-title = { $number } is linked
link-done-phone = On your phone
link-done-device = Look for { $device } in Linked devices
link-done-mind = Keep in mind
link-done-mind-text = Open WhatsApp on the phone at least every 14 days, or the link ends.
link-done-open = Open the number
link-done-apps = Connect an app
link-not-me = This wasn’t you? Unlink it now; messages stop at once.
link-not-me-button = This wasn’t me – unlink
link-wanted = You wanted to link { $number }.
link-next = Next:
link-try-again = Try again
link-other-number = Use another number
link-failed-expired = The code ran out before the phone used it
link-next-expired = start again and type the new code within two and a half minutes.
link-failed-refused_on_phone = Someone pressed “Cancel” on the phone
link-next-refused_on_phone = try again if that was a slip.
link-failed-too_many_attempts = There were too many tries
link-next-too_many_attempts = wait ten minutes, as WhatsApp asks, and then get a new code.
link-failed-not_on_whatsapp = This number has no WhatsApp account
link-next-not_on_whatsapp = check the number, or register it in the WhatsApp app on its phone first.
link-failed-wrong_phone = The phone confirmed a different number
link-next-wrong_phone = take the phone with this number, or start again with the number of the phone you have. The wrong link was undone; nothing was read or sent.
link-failed-device_limit = The phone has four linked devices already
link-next-device_limit = remove one of them on the phone, under Linked devices, and try again.
link-failed-network = We could not reach WhatsApp
link-next-network = try again in a minute.
link-failed-already_linked_here = This number is already linked to this workspace
link-next-already_linked_here = open it; there is nothing more to do.
link-failed-already_linked_elsewhere = Another workspace on this server has this number
link-next-already_linked_elsewhere = unlink it in that workspace first. The link made just now was undone.
link-failed-interrupted = The server was restarted while you were linking
link-next-interrupted = start again; the code from before is worth nothing.
link-failed-cancelled = Linking was stopped here
link-next-cancelled = start again whenever you like.

unlink-title = Unlink { $number }
unlink-phone = The phone no longer lists this server under Linked devices.
unlink-apps = Apps can neither send nor receive with this number from now on.
unlink-queued = Messages that wait to be sent will not go out.
unlink-stays = The number stays in your list, with its messages here and the apps’ permissions.
unlink-again = To use it again, link it again with the phone in your hand.
unlink-keep = Keep it linked
remove-title = Remove { $number }
remove-phone = It is unlinked, if it is linked: the phone no longer lists this server under Linked devices.
remove-apps = Apps lose their permission for this number, for good.
remove-messages = Its messages here are deleted. Those on the phone stay.
remove-stays = The audit log keeps what was done with it.
remove-keep = Keep it

mail-link-started-subject = { $product }: somebody is linking { $number }
mail-link-started-body = Hello { $name },

    somebody who may manage numbers in your workspace has just started to link the WhatsApp account { $number }.

    Nothing is linked until its phone accepts. If you did not expect this, stop it here:
    { $page }

    { $product }
mail-number-linked-subject = { $product }: { $number } is linked
mail-number-linked-body = Hello { $name },

    the WhatsApp account { $number } is now linked to your workspace. Apps that you permit can use it.

    This wasn’t you? Unlink it here; messages stop at once:
    { $page }

    { $product }

sandbox-mark = SIMULATED
sandbox-about = About this page
sandbox-strip = This phone exists on this page only. It is not WhatsApp, and nothing leaves this machine.
sandbox-phones = Simulated phones
sandbox-phone = Simulated phone
sandbox-lead = Each number that is linked, or that a message is sent to, has a simulated phone.
sandbox-phone-lead = It stands in for a real phone, so that you can link a number and chat without one.
sandbox-this-phone = This phone
sandbox-all = All simulated phones
sandbox-none = No phones yet
sandbox-none-text = Add one, or start to link a number: it gets its phone by itself.
sandbox-column-phone = Phone
sandbox-column-unread = Unread
sandbox-add = Add a phone
sandbox-not-added = The phone was not added
sandbox-holder = Name of its holder
sandbox-somebody = Somebody
sandbox-magic = Numbers with a will of their own
sandbox-magic-0000 = has no WhatsApp account.
sandbox-magic-0001 = does not accept messages.
sandbox-magic-0002 = makes WhatsApp ask for a pause.
sandbox-magic-0003 = gets messages and never reads them.
sandbox-magic-0004 = has its messages taken, and then refused.
sandbox-bad-number = Enter a number with its country code: 7 to 15 digits.
sandbox-not-on-whatsapp = This number has no WhatsApp account in the sandbox.
sandbox-no-such-phone = There is no simulated phone with this number yet.
sandbox-full = There are as many simulated phones as there can be. Unlink one that is no longer needed.
sandbox-offline = This phone is offline.
sandbox-code-shape = A code has 8 letters and digits.
sandbox-no-such-code = Nobody is waiting for this code. Get a new one on the link page.
sandbox-wrong-code = This code does not match. Check it on the link page; { $left ->
    [one] one try is left
   *[other] { $left } tries are left
 }.
sandbox-code-expired = This code has run out. Get a new one on the link page.
sandbox-too-many-attempts = There were too many wrong codes. Start linking again.
sandbox-qr-stale = This QR code is no longer valid. Scan the one that is shown now.
sandbox-qr-unknown = This is not a QR code for linking a device.
sandbox-answer-first = Answer the question on this phone first.
sandbox-already-asked = Another phone is being asked about this device.
sandbox-no-prompt = This phone is not being asked to link a device.
sandbox-wrong-number = The device was to be linked to another number. Nothing was linked.
sandbox-device-limit = This phone has four linked devices, and no more are allowed. Log one out first.
sandbox-no-such-device = This phone has no such linked device.
sandbox-no-such-chat = This phone has no such chat.
sandbox-bad-text = Write 1 to 4,096 characters.
sandbox-refused = The recipient does not accept this message.
sandbox-throttled = WhatsApp wants a pause before the next message.
phone-refused = That did not work
phone-back = Back
phone-now = What to do now
phone-now-devices = Press Link a device on the phone.
phone-now-link = Paste what the QR code says, or press Link with phone number instead to type the code.
phone-now-code = Type the code that the link page shows.
phone-now-question = Check that the name is the one that you expect, then press Link device.
phone-now-chats = Open a chat, and answer as its holder.
phone-now-chat = What apps send arrives here. What you write goes to the apps as an incoming message.
phone-devices = Linked devices
phone-devices-text = Use this account on other devices. Up to four.
phone-link = Link a device
phone-linked = Linked { $at }
phone-log-out = Log out
phone-qr = What the QR code says
phone-qr-hint = Paste it here, as a camera would read it.
phone-scan = Scan this
phone-with-number = Link with phone number instead
phone-enter-code = Enter code
phone-code = Code from the link page
phone-code-hint = Eight letters and digits. A dash or spaces don’t matter.
phone-go-on = Go on
phone-question = Link this device?
phone-wants = wants to become a linked device of { $number }.
phone-beware = It will be able to read and send your messages. Link it only if you started this.
phone-link-device = Link device
phone-chats = Chats
phone-to = To
phone-text = Message
phone-write = Write a message
phone-send = Send
phone-you = You:
phone-sent-by = sent by { $device }
phone-sent = sent
phone-delivered = delivered
phone-read = read
phone-failed = failed
phone-unread = { $count ->
    [one] one new
   *[other] { $count } new
 }
phone-mark-read = Mark as read

## messages

## audit

## demo
