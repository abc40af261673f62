# Stands in for the connector where it is not installed: its New-CsOnlineSession is here already.
$Host.UI.WriteLine('SkypeOnlineConnector is not installed, and not needed: New-CsOnlineSession is here already.')
