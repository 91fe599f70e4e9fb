"""模糊测试：按覆盖率找坏输入。``python -m fuzz 目标`` 运行，``make fuzz`` 全跑。"""
