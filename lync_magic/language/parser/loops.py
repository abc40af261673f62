"""Blocks in braces, conditions in parentheses, and the loops: `while`, `do`, `for`, `foreach`, `switch`."""

from __future__ import annotations

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import DASHES
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.commands import CommandParser
from lync_magic.language.parser.core import COMMAND, LINE_ENDS
from lync_magic.language.syntax import statements as s

_ENDS_PART = frozenset(";)")


class LoopParser(CommandParser):
    """Everything that `break` and `continue` can name."""

    def loop(self, token: Token, word: str, label: str, start: int) -> s.Statement:
        """A loop; the next token is its keyword, `start` where its label stands."""
        match word:
            case "while":
                return self._while(token, label, start)
            case "for":
                return self._for(token, label, start)
            case "foreach":
                return self._foreach(token, label, start)
            case "do":
                return self._do(token, label, start)
        return self._switch(token, label, start)

    # --- parts -----------------------------------------------------------------------------------------------------

    def block(self, error_id: str, message: str) -> s.Block:
        """`{ … }`, or the error after the last token where none starts."""
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        start = self.expect("{", error_id, message)
        self.deeper(start)
        statements = self.statements_until("}")
        self.close_brace(start)
        self.depth -= 1
        return s.Block(self.source, start, self.last_end, statements)

    def condition(self, word: str) -> s.Statement:
        """`( … )` behind this keyword."""
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        of_if = word in ("if", "elseif")
        if self.lead == "(":
            self.go(self.start + 1)
        elif of_if:
            self.expect("(", "MissingOpenParenthesisInIfStatement", f"Missing '(' after '{word}' in if statement.")
        else:
            self.expect("(", "MissingOpenParenthesisAfterKeyword", f"Missing opening '(' after keyword '{word}'.")
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        condition = self.pipeline()
        if condition is None:
            if of_if:
                message = f"Missing condition in if statement after '{word} ('."
                self.fail_after("IfStatementMissingCondition", message)
            self.fail_after("MissingExpressionAfterKeyword", f"Missing expression after '{word}' in loop.")
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        message = f"Missing closing ')' after expression in '{word}' statement."
        self.expect(")", "MissingEndParenthesisAfterStatement", message)
        return condition

    def _while(self, token: Token, label: str, start: int) -> s.While:
        self.take(token)
        condition = self.condition("while")
        body = self.block("MissingLoopStatement", "Missing statement body in while loop.")
        return s.While(self.source, start, self.last_end, label, condition, body)

    def _do(self, token: Token, label: str, start: int) -> s.DoLoop:
        self.take(token)
        body = self.block("MissingLoopStatement", "Missing statement body in do loop.")
        self.skip_newlines()
        keyword = self.keyword("while", "until")
        if keyword is None:
            self.fail_after("MissingWhileOrUntilInDoWhile", "Missing while or until keyword in do loop.")
        self.take(keyword)
        condition = self.condition(str(keyword.value))
        return s.DoLoop(self.source, start, self.last_end, label, body, condition, keyword.value == "until")

    def _for(self, token: Token, label: str, start: int) -> s.For:
        self.take(token)
        self.skip_newlines()
        self.expect("(", "MissingOpenParenthesisAfterKeyword", "Missing opening '(' after keyword 'for'.")
        parts: list[s.Statement | None] = []
        for _ in range(3):
            self.skip_newlines()
            parts.append(self._for_part())
            if self.lead == ";" and len(parts) < 3:
                self.go(self.start + 1)
        self.skip_newlines()
        message = "Missing closing ')' after expression in 'for' statement."
        self.expect(")", "MissingEndParenthesisAfterStatement", message)
        body = self.block("MissingLoopStatement", "Missing statement body in for loop.")
        return s.For(self.source, start, self.last_end, label, parts[0], parts[1], parts[2], body)

    def _for_part(self) -> s.Statement | None:
        return None if self.lead in _ENDS_PART else self.pipeline()

    def _foreach(self, token: Token, label: str, start: int) -> s.ForEach:
        self.take(token)
        parallel = False
        while self.lead in DASHES and (flag := self.peek(COMMAND)).kind == t.PARAMETER:
            self.take(flag)
            parallel = True
            if str(flag.value).lower() != "parallel":
                self.argument()
        self.skip_newlines()
        form = "\nThe correct form is: foreach ($a in $b) {...}"
        self.expect("(", "MissingOpenParenthesisAfterKeyword", "Missing opening '(' after keyword 'foreach'.")
        self.skip_newlines()
        variable = self.plain_variable()
        if variable is None:
            self.fail_after("MissingVariableNameAfterForeach", "Missing variable name after foreach." + form)
        self.skip_newlines()
        keyword = self.keyword("in")
        if keyword is None:
            self.fail_after("MissingInInForeach", "Missing 'in' after variable in foreach loop." + form)
        self.take(keyword)
        self.skip_newlines()
        source = self.pipeline()
        if source is None:
            self.fail(keyword.end, "MissingForeachExpression", "Missing expression in foreach loop." + form)
        self.skip_newlines()
        message = "Missing closing ')' after expression in foreach loop."
        self.expect(")", "MissingEndParenthesisAfterForeach", message)
        body = self.block("MissingForeachStatement", "Missing statement body in foreach loop.")
        return s.ForEach(self.source, start, self.last_end, label, variable, source, body, parallel)

    def _switch(self, token: Token, label: str, start: int) -> s.Switch:
        self.take(token)
        flags, condition = self._switch_flags()
        if condition is None:
            self.skip_newlines()
            if self.peek(COMMAND).kind != "(":
                message = "A switch statement must have one of the following:  '-file file_name' or '( expression )'."
                self.fail_after("PipelineValueRequired", message)
            condition = self.condition("switch")
        self.skip_newlines()
        brace = self.expect("{", "MissingCurlyBraceInSwitchStatement", "Missing '{' in switch statement.")
        self.deeper(token.start)
        clauses: list[s.SwitchClause] = []
        default: s.Block | None = None
        self.skip_separators()
        while (pattern := self.peek(COMMAND)).kind not in ("}", t.END):
            if pattern.kind == t.IDENTIFIER and str(pattern.value).lower() == "default":
                if default is not None:
                    message = "A switch statement can have only one default clause."
                    self.fail(pattern.start, "MultipleSwitchDefaultClauses", message)
                self.take(pattern)
                default = self._clause_body()
            else:
                condition_node = self._one_argument(pattern)
                body = self._clause_body()
                clauses.append(s.SwitchClause(self.source, pattern.start, self.last_end, condition_node, body))
            self.skip_separators()
        if not clauses and default is None and pattern.kind == "}":
            message = "Missing condition in switch statement clause."
            self.fail(pattern.start, "MissingSwitchConditionExpression", message)
        self.close_brace(brace)
        self.depth -= 1
        return s.Switch(self.source, start, self.last_end, label, frozenset(flags), condition, tuple(clauses), default)

    def _clause_body(self) -> s.Block:
        return self.block("MissingSwitchStatementClause", "Missing statement block in switch statement clause.")

    def _switch_flags(self) -> tuple[set[str], s.Statement | None]:
        flags: set[str] = set()
        condition: s.Statement | None = None
        known = ("regex", "wildcard", "exact", "casesensitive", "parallel", "file")
        while (flag := self.peek(COMMAND)).kind == t.PARAMETER:
            self.take(flag)
            names = [name for name in known if name.startswith(str(flag.value).lower())]
            if not names:
                message = f"The parameter -{flag.value} is not a valid parameter of the switch statement."
                self.fail(flag.start, "InvalidSwitchFlag", message)
            flags.add(names[0])
            if names[0] == "file":
                path = self.argument()
                element = s.CommandExpression(self.source, path.start, path.end, (), path)
                condition = s.Pipeline(self.source, path.start, path.end, (element,))
        return flags, condition
